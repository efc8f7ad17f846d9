// The keeper and the parsers it forks: the sides of apart.h that know nothing of the program.
#define _GNU_SOURCE     // environ
#include "source/apart_keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/alloc.h"
#include "source/apart.h"
#include "source/apart_cage.h"
#include "source/apart_talk.h"
#include "text/encoding.h"

enum { SOURCES_MAX = 64, FAILED = 1, DESCRIPTORS = 2 };

struct keeper {
    struct an_cage *cage;
    bool loaded[SOURCES_MAX];
    bool asked;                             // for `recogniser`
    struct an_ocr *recogniser;
};

static enum an_code read_document(void *arg, char *buf, size_t cap, size_t *ret_len, struct an_err *err) {
    ssize_t n;
    (void) arg;
    do
        n = read(AN_CAGE_IN, buf, cap);
    while (n < 0 && errno == EINTR);
    *ret_len = n > 0 ? (size_t) n : 0;
    return n < 0 ? an_fail(err, AN_IO, "cannot be read further: %m") : AN_OK;
}

// In the parser: never returns. What it has to say, it says through the pipe.
_Noreturn static void parse(const struct keeper *k, const struct an_keeper_ask *ask) {
    struct stat st;
    struct an_err err = {0};
    struct an_talker talker = {.fd = AN_CAGE_OUT};
    struct an_sink sink = an_talker_sink(&talker);
    if (fstat(AN_CAGE_IN, &st) != 0 || an_cage_enter(k->cage, ask->limits.memory_bytes + (uint64_t) st.st_size, &err))
        _exit(FAILED);
    static const int document = AN_CAGE_IN;
    struct an_reading reading = {.sink = &sink, .limits = ask->limits, .inside = true, .packed = (uint64_t) st.st_size,
                                 .unpacked = (uint64_t) st.st_size,
                                 .ocr = ask->ocr[0] ? ask->ocr : NULL, .recogniser = k->recogniser};
    struct an_input input = {.uri = AN_STR(""), .read = read_document, .descriptor = &document, .depth = ask->depth};
    enum an_code code = an_source_read_as(an_sources[ask->source], &reading, &input, &err);
    _exit(an_talker_done(&talker, code, &err) ? FAILED : 0);
}

static void load(struct keeper *k, const struct an_keeper_ask *ask) {
    uint32_t source = ask->source;
    const struct an_apart_needs *needs = an_sources[source]->apart;
    if (needs->recognises && ask->ocr[0] && !k->asked) {
        k->asked = true;
        k->recogniser = an_ocr_new(ask->ocr);
    }
    if (k->loaded[source])
        return;
    k->loaded[source] = true;
    an_cage_open_below(k->cage, needs->folders);
    if (needs->load)
        needs->load();
}

// Receives an ask and its descriptors. False at the end, or when it is none.
static bool receive(struct an_keeper_ask *ask, int fds[static DESCRIPTORS]) {
    union { char bytes[CMSG_SPACE(DESCRIPTORS * sizeof(int))]; struct cmsghdr align; } control;
    struct iovec io = {ask, sizeof *ask};
    struct msghdr message = {.msg_iov = &io, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t n;
    do
        n = recvmsg(AN_KEEPER_SOCKET, &message, MSG_CMSG_CLOEXEC);
    while (n < 0 && errno == EINTR);
    const struct cmsghdr *head = n == sizeof *ask ? CMSG_FIRSTHDR(&message) : NULL;
    if (!head || head->cmsg_type != SCM_RIGHTS || head->cmsg_len != CMSG_LEN(DESCRIPTORS * sizeof(int)) ||
        ask->source >= an_source_count || ask->source >= SOURCES_MAX || !an_sources[ask->source]->apart ||
        !memchr(ask->ocr, 0, sizeof ask->ocr))
        return false;
    memcpy(fds, CMSG_DATA(head), DESCRIPTORS * sizeof(int));
    return true;
}

// Puts the descriptors where a parser has them, closes all others but those of the cage, and dies with the keeper.
static bool take_place(const int fds[static DESCRIPTORS], pid_t keeper) {
    enum { APART = 32 };                    // out of the way of both places
    int in = fcntl(fds[0], F_DUPFD_CLOEXEC, APART), out = fcntl(fds[1], F_DUPFD_CLOEXEC, APART);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != keeper || in < 0 || out < 0 || dup2(in, AN_CAGE_IN) < 0 ||
        dup2(out, AN_CAGE_OUT) < 0)
        return false;
    return close(AN_KEEPER_SOCKET) == 0 && close_range(AN_CAGE_OUT + 1, APART + DESCRIPTORS + 2, 0) == 0;
}

static bool serve(struct keeper *k) {
    struct an_keeper_ask ask;
    int fds[DESCRIPTORS], status = 0;
    if (!receive(&ask, fds))
        return false;
    load(k, &ask);
    pid_t keeper = getpid(), parser = fork();
    if (parser == 0) {
        if (!take_place(fds, keeper))
            _exit(FAILED);
        parse(k, &ask);
    }
    for (size_t i = 0; i < DESCRIPTORS; i++)
        (void) close(fds[i]);
    if (parser < 0)
        status = FAILED << 8;
    while (parser > 0 && waitpid(parser, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    return send(AN_KEEPER_SOCKET, &status, sizeof status, MSG_NOSIGNAL) == sizeof status;
}

void an_keeper_keep(void) {
    const struct rlimit none = {0, 0};
    struct keeper k = {0};
    struct an_keeper_ready ready = {0};
    (void) setrlimit(RLIMIT_CORE, &none);
    (void) prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    (void) signal(SIGPIPE, SIG_IGN);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
        _exit(FAILED);
    an_encoding_load();
    ready.code = an_cage_new(&k.cage, &ready.why);
    if (send(AN_KEEPER_SOCKET, &ready, sizeof ready, MSG_NOSIGNAL) == sizeof ready && !ready.code)
        while (serve(&k))
            continue;
    _exit(0);
}
