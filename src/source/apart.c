#define _GNU_SOURCE     // memfd_create, pipe2
#include "source/apart.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/buf.h"
#include "source/apart_cage.h"
#include "source/apart_keeper.h"
#include "source/apart_talk.h"
#include "source/uri.h"

enum { WAIT_SECONDS = 600, CHUNK = 64 * 1024 };

struct an_apart {
    pid_t keeper;                           // 0: none
    int socket;
    double seconds;                         // that a document may take
    bool refused;                           // it cannot keep; `why` says it
    struct an_err why;
};

// --- the keeper, from outside

enum an_code an_apart_new(struct an_apart **ret, struct an_err *err) {
    struct an_apart *a = an_alloc(sizeof *a);
    if (!a)
        return an_fail(err, AN_NOMEM, "no memory to read documents apart");
    *a = (struct an_apart) {.socket = -1, .seconds = WAIT_SECONDS};
    *ret = a;
    return AN_OK;
}

// A parser dies with its keeper.
static void stop(struct an_apart *a) {
    if (a->socket >= 0)
        (void) close(a->socket);
    if (a->keeper > 0) {
        (void) kill(a->keeper, SIGKILL);
        while (waitpid(a->keeper, NULL, 0) < 0 && errno == EINTR)
            continue;
    }
    a->keeper = 0;
    a->socket = -1;
}

void an_apart_free(struct an_apart *a) {
    if (a)
        stop(a);
    an_free(a);
}

void an_apart_adopt(struct an_apart *a, int keeper, int socket, double seconds) {
    stop(a);
    *a = (struct an_apart) {.keeper = keeper, .socket = socket, .seconds = seconds};
}

// The keeper's end becomes its standard input; nothing else but a place to complain to nobody goes along.
static int spawn(int socket, pid_t *ret) {
    char *const argv[] = {(char[]) {"anshen"}, (char[]) {AN_KEEPER_ARGUMENT}, NULL}, *const none[] = {NULL};
    posix_spawn_file_actions_t actions;
    int r = posix_spawn_file_actions_init(&actions);
    if (r)
        return r;
    if (!(r = posix_spawn_file_actions_adddup2(&actions, socket, AN_KEEPER_SOCKET)) &&
        !(r = posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)) &&
        !(r = posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)) &&
        !(r = posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1)))
        r = posix_spawn(ret, "/proc/self/exe", &actions, NULL, argv, none);
    (void) posix_spawn_file_actions_destroy(&actions);
    return r;
}

static bool receive(int socket, void *to, size_t len) {
    ssize_t n;
    do
        n = recv(socket, to, len, 0);
    while (n < 0 && errno == EINTR);
    return n == (ssize_t) len;
}

static enum an_code start(struct an_apart *a, struct an_err *why) {
    int pair[2];
    struct an_keeper_ready ready;
    if (a->refused)
        *why = a->why;
    if (a->refused || a->keeper)
        return a->refused ? why->code : AN_OK;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return an_fail(why, AN_IO, "a process to read it apart cannot be started: %m");
    int r = spawn(pair[1], &a->keeper);
    (void) close(pair[1]);
    a->socket = pair[0];
    bool ok = r == 0 && receive(pair[0], &ready, sizeof ready);
    if (ok && !ready.code)
        return AN_OK;
    if (ok)
        *why = ready.why;
    else
        AN_IGNORE(an_fail(why, AN_IO, "a process to read it apart cannot be started"));
    a->refused = true;
    a->why = *why;
    a->keeper = r ? 0 : a->keeper;
    stop(a);
    return why->code;
}

// Before main, and before anything of the program was touched: a process that was started to keep does nothing else. So every
// program that links this library can start one by starting itself, tests and fuzzers too.
__attribute__((constructor)) static void begin(int argc, char *argv[]) {
    if (argc == 2 && argv[1] && strcmp(argv[1], AN_KEEPER_ARGUMENT) == 0)
        an_keeper_keep();
}

// --- a document

struct work {
    const struct an_source *source;
    struct an_reading *reading;
    struct an_input *input;
    struct an_apart *apart;
    struct an_listener listener;
    struct stat before;
    bool is_file;                           // the document is a file, which may change
    int document, pipe[2];
    struct an_buf in;                       // what was read of the pipe and not yet heard
};

static void close_all(struct work *w) {
    const int fds[] = {w->document, w->pipe[0], w->pipe[1]};
    for (size_t i = 0; i < AN_COUNT(fds); i++)
        if (fds[i] >= 0)
            (void) close(fds[i]);
    an_listener_release(&w->listener);
    an_buf_release(&w->in);
}

// Says of the document as a whole what it suffers: in its own store if that is open or was not yet opened, else in one beside.
static enum an_code tell(struct work *w, enum an_code what, struct an_str text, struct an_err *err) {
    struct an_listener *l = &w->listener;
    const struct an_sink *sink = w->reading->sink;
    AN_AUTO(an_buf) uri = {0};
    struct an_trouble trouble = {.code = what, .records_lost = AN_UNKNOWN_COUNT, .bytes_lost = AN_UNKNOWN_COUNT, .text = text};
    bool was_open = l->open, whole = !l->open && !l->opened_input;
    if (!was_open && whole)
        AN_TRY(an_buf_add(&uri, w->input->uri, err));
    if (!was_open && !whole)
        AN_TRY(an_source_uri_below(&uri, w->input->uri, AN_STR("(the rest)"), err));
    struct an_store_info info = {.uri = an_buf_str(&uri), .format = w->source->name};
    if (!was_open)
        AN_TRY(sink->open(sink->arg, &info, err));
    AN_TRY(sink->trouble(sink->arg, &trouble, err));
    l->open = false;
    return sink->close(sink->arg, was_open ? AN_STORE_PARTLY : AN_STORE_UNREAD, 0, text, err);
}

static enum an_code tell_own(struct work *w, enum an_code what, const char *text) {
    w->listener.own = (struct an_trouble) {.code = what, .records_lost = AN_UNKNOWN_COUNT, .bytes_lost = AN_UNKNOWN_COUNT,
                                           .text = an_str_from_c(text)};
    return AN_OK;
}

static bool write_all(int fd, struct an_str bytes) {
    while (bytes.len) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n < 0 && errno != EINTR)
            return false;
        bytes = an_str_slice(bytes, n > 0 ? (size_t) n : 0, bytes.len);
    }
    return true;
}

// A document that is no file is held in memory, of which a parser gets a descriptor it cannot write through.
static enum an_code hold(struct work *w, const struct an_sniff *sniff, struct an_err *fault, struct an_err *err) {
    char *chunk = an_alloc(CHUNK);
    if (!chunk)
        return an_fail(err, AN_NOMEM, "no memory to hold a document");
    w->document = memfd_create("document", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    bool ok = w->document >= 0 && write_all(w->document, sniff->head);
    uint64_t total = sniff->head.len;
    size_t got = !sniff->whole;
    enum an_code code = AN_OK;
    while (ok && got && !code) {
        got = 0;
        code = w->input->read(w->input->arg, chunk, CHUNK, &got, fault);
        total += code ? 0 : got;
        if (total > w->reading->limits.memory_bytes)
            code = an_fail(fault, AN_LIMIT, "in a container or a stream, and too large for memory: read it as a file");
        if (!code)
            ok = write_all(w->document, (struct an_str) {chunk, got});
    }
    an_free(chunk);
    if (code == AN_NOMEM || code == AN_BUG) {
        *err = *fault;
        return code;
    }
    if (code)                               // what came of it is read, and the rest told
        tell_own(w, code, fault->text);
    ok = ok && fcntl(w->document, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) == 0;
    return ok ? AN_OK : an_fail(err, AN_NOMEM, "no memory to hold a document");
}

static enum an_code open_document(struct work *w, const struct an_sniff *sniff, struct an_err *fault, struct an_err *err) {
    if (!w->input->path)
        return hold(w, sniff, fault, err);
    w->document = open(w->input->path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    w->is_file = w->document >= 0 && fstat(w->document, &w->before) == 0 && S_ISREG(w->before.st_mode);
    if (!w->is_file)
        tell_own(w, AN_IO, "cannot be opened again");
    uint64_t rest = w->is_file && (uint64_t) w->before.st_size > sniff->head.len ? (uint64_t) w->before.st_size - sniff->head.len
                                                                                 : 0;
    if (w->reading->progress)
        (void) __atomic_fetch_add(w->reading->progress, rest, __ATOMIC_RELAXED);
    return AN_OK;
}

static bool ask(struct work *w) {
    struct an_keeper_ask ask = {.depth = w->input->depth, .limits = w->reading->limits};
    if (w->reading->ocr && strlen(w->reading->ocr) < sizeof ask.ocr)
        memcpy(ask.ocr, w->reading->ocr, strlen(w->reading->ocr));
    while (ask.source < an_source_count && an_sources[ask.source] != w->source)
        ask.source++;
    union { char bytes[CMSG_SPACE(2 * sizeof(int))]; struct cmsghdr align; } control = {0};
    struct iovec io = {&ask, sizeof ask};
    struct msghdr message = {.msg_iov = &io, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    const int fds[] = {w->document, w->pipe[1]};
    struct cmsghdr *head = &control.align;
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof fds);
    memcpy(CMSG_DATA(head), fds, sizeof fds);
    return lseek(w->document, 0, SEEK_SET) == 0 && sendmsg(w->apart->socket, &message, MSG_NOSIGNAL) == sizeof ask;
}

static double now(void) {
    struct timespec t;
    (void) clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec + (double) t.tv_nsec / 1e9;
}

// Reads what is there, waiting for it. *ret_len 0 at the end; false when it took too long, or cannot be read.
static bool more(struct work *w, double *left, size_t *ret_len) {
    struct pollfd p = {.fd = w->pipe[0], .events = POLLIN};
    double before = now();
    int r = poll(&p, 1, (int) (*left * 1000) + 1);
    *left -= now() - before;
    if (r < 0 && errno == EINTR) {
        *ret_len = SIZE_MAX;                // nothing came, and it is not the end
        return true;
    }
    if (r <= 0 || *left <= 0)
        return false;
    ssize_t n = read(w->pipe[0], w->in.ptr + w->in.len, CHUNK);
    *ret_len = n < 0 && errno == EINTR ? SIZE_MAX : n > 0 ? (size_t) n : 0;
    return n >= 0 || errno == EINTR;
}

static enum an_code make_room(struct an_buf *in, struct an_err *err) {
    size_t need = in->len + CHUNK + AN_SOURCE_PADDING;
    if (in->cap >= need)
        return AN_OK;
    size_t cap = need > 2 * in->cap ? need : 2 * in->cap;
    char *p = an_realloc(in->ptr, cap);
    if (!p)
        return an_fail(err, AN_NOMEM, "no memory to hear a parser");
    memset(p + in->len, 0, cap - in->len);
    in->ptr = p;
    in->cap = cap;
    return AN_OK;
}

// Passes on what the parser says until it ends. *ret_late: it did not end in time.
static enum an_code hear(struct work *w, bool *ret_late, struct an_err *err) {
    double left = w->apart->seconds;
    for (;;) {
        size_t got = 0;
        AN_TRY(make_room(&w->in, err));
        if (!more(w, &left, &got)) {
            *ret_late = true;
            return AN_OK;
        }
        if (!got)
            return AN_OK;
        w->in.len += got == SIZE_MAX ? 0 : got;
        struct an_str bytes = an_buf_str(&w->in);
        AN_TRY(an_listener_hear(&w->listener, &bytes, err));
        if (w->listener.lie)
            return AN_OK;
        if (bytes.len != w->in.len)
            memmove(w->in.ptr, bytes.ptr, bytes.len);
        w->in.len = bytes.len;
    }
}

// Why the reading of a document ended before its end, in words. AN_OK: it did not.
static enum an_code judge(const struct work *w, bool late, bool has_status, int status, struct an_err *why) {
    const struct an_listener *l = &w->listener;
    const char *what = w->source->title.en;
    unsigned long long n = l->records;
    if (l->lie)
        return an_fail(why, AN_INPUT, "the reader of %s was stopped after %llu records and lines: what it said made no sense "
                       "(%s); the document may attack it", what, n, l->lie);
    if (late)
        return an_fail(why, AN_LIMIT, "the reader of %s did not end in %d seconds and was stopped after %llu records and lines",
                       what, (int) w->apart->seconds, n);
    if (!has_status)
        return an_fail(why, AN_IO, "the reader of %s vanished after %llu records and lines", what, n);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        return an_fail(why, AN_LIMIT, "the reader of %s was killed after %llu records and lines: memory may have run out",
                       what, n);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        return an_fail(why, AN_LIMIT, "the reader of %s was stopped after %llu records and lines: it may compute for %d seconds",
                       what, n, (int) AN_CAGE_CPU_SECONDS);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
        return an_fail(why, AN_INPUT, "the reader of %s was stopped after %llu records and lines: it tried what a parser may "
                       "not; the document may attack it", what, n);
    if (WIFSIGNALED(status))
        return an_fail(why, AN_INPUT, "the reader of %s stopped (signal %d) after %llu records and lines", what, WTERMSIG(status),
                       n);
    if (!l->done)
        return an_fail(why, AN_IO, "the reader of %s ended after %llu records and lines, and did not say why", what, n);
    if (l->ended == AN_NOMEM)
        return an_fail(why, AN_LIMIT, "the reader of %s needed more memory than a document gets, after %llu records and lines",
                       what, n);
    return l->ended ? an_fail(why, l->ended, "the reader of %s failed after %llu records and lines", what, n) : AN_OK;
}

static bool has_changed(const struct work *w) {
    struct stat now_;
    return w->is_file && (fstat(w->document, &now_) != 0 || now_.st_size != w->before.st_size ||
                          now_.st_mtim.tv_sec != w->before.st_mtim.tv_sec || now_.st_mtim.tv_nsec != w->before.st_mtim.tv_nsec);
}

static enum an_code run(struct work *w, struct an_err *err) {
    static const char changed[] = "changed while it was read; read a copy that nothing writes to";
    struct an_err why = {0};
    int status = 0;
    bool late = false;
    if (pipe2(w->pipe, O_CLOEXEC) != 0 || !ask(w)) {
        stop(w->apart);
        return tell(w, AN_IO, AN_STR("its reader could not be started"), err);
    }
    (void) close(w->pipe[1]);
    w->pipe[1] = -1;
    enum an_code code = hear(w, &late, err);
    bool ends = !code && !late && !w->listener.lie, has_status = ends && receive(w->apart->socket, &status, sizeof status);
    if (!has_status)
        stop(w->apart);
    if (code)
        return code;
    if (judge(w, late, has_status, status, &why))
        return tell(w, why.code, an_str_from_c(why.text), err);
    return has_changed(w) ? tell(w, AN_IO, an_str_from_c(changed), err) : AN_OK;
}

enum an_code an_apart_read(const struct an_source *source, struct an_reading *reading, struct an_input *input,
                           const struct an_sniff *sniff, struct an_err *err) {
    AN_CLEANUP(close_all) struct work w = {
        .source = source, .reading = reading, .input = input, .apart = reading->apart, .document = -1, .pipe = {-1, -1},
        .listener = {.sink = reading->sink, .uri = input->uri, .record_bytes = reading->limits.record_bytes},
    };
    struct an_err why = {0}, fault = {0};
    if (!w.apart)
        return tell(&w, AN_USAGE, AN_STR("its format is read in a process of its own only, and none was set up"), err);
    if (input->depth >= reading->limits.depth)
        return tell(&w, AN_LIMIT, AN_STR("containers inside containers, too deep"), err);
    if (start(w.apart, &why))
        return tell(&w, why.code, an_str_from_c(why.text), err);
    AN_TRY(open_document(&w, sniff, &fault, err));
    if (w.document < 0)
        return tell(&w, w.listener.own.code, w.listener.own.text, err);
    return run(&w, err);
}

// --- an input, whole

enum an_code an_whole_take(struct an_whole *whole, struct an_input *input, const struct an_sniff *sniff, uint64_t most,
                           struct an_err *err) {
    struct stat st;
    *whole = (struct an_whole) {0};
    if (input->descriptor && fstat(*input->descriptor, &st) == 0 && st.st_size > 0) {
        void *p = mmap(NULL, (size_t) st.st_size, PROT_READ, MAP_PRIVATE, *input->descriptor, 0);
        if (p == MAP_FAILED)
            return an_fail(err, AN_NOMEM, "no memory to look at a document");
        whole->mapped = (size_t) st.st_size;
        whole->bytes = (struct an_str) {p, whole->mapped};
        return AN_OK;
    }
    struct an_buf held = {0};
    enum an_code code = an_buf_add(&held, sniff->head, err);
    size_t got = !sniff->whole;
    while (!code && !whole->broken && got) {
        got = 0;
        code = make_room(&held, err);
        if (!code)
            whole->broken = input->read(input->arg, held.ptr + held.len, CHUNK, &got, &whole->why);
        held.len += code || whole->broken ? 0 : got;
        if (!code && held.len > most)
            whole->broken = an_fail(&whole->why, AN_LIMIT, "is too large for memory");
    }
    whole->held = held.ptr;
    whole->bytes = an_buf_str(&held);
    if (!code && (whole->broken == AN_NOMEM || whole->broken == AN_BUG)) {
        *err = whole->why;
        code = whole->broken;
    }
    if (code)
        an_whole_release(whole);
    return code;
}

void an_whole_release(struct an_whole *whole) {
    if (whole->mapped) {
        void *p;
        memcpy(&p, &whole->bytes.ptr, sizeof p);
        (void) munmap(p, whole->mapped);
    }
    an_free(whole->held);
    *whole = (struct an_whole) {0};
}
