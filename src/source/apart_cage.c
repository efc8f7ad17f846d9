#define _GNU_SOURCE     // memfd_create
#include "source/apart_cage.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <limits.h>
#include <seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>
#include "base/alloc.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED true
#endif
#endif
#ifndef SANITIZED
#define SANITIZED false
#endif

enum { FILES_MAX = 800, FIRST_FILE = 64, DEPTH_MAX = 4, FILTER_MAX = 4096 };

struct opened { char *path; int fd; };

struct an_cage {
    struct sock_filter filter[FILTER_MAX];
    unsigned short filter_len;
    struct opened files[FILES_MAX];
    size_t count;
};

// Files: libraries open their tables (a PDF's character maps) while they parse. The kernel turns each attempt into a signal, and
// its handler answers with the descriptor that was opened before, if there is one of that name.

// A signal's handler is given nothing. Set once, in a process that has one thread and one document.
static const struct an_cage *caged_in;

static long opened_before(const char *path, int flags) {
    if ((flags & O_ACCMODE) != O_RDONLY)
        return -EACCES;
    for (size_t i = 0; i < caged_in->count; i++) {
        if (strcmp(caged_in->files[i].path, path) != 0)
            continue;
        int fd = fcntl(caged_in->files[i].fd, F_DUPFD_CLOEXEC, FIRST_FILE);
        if (fd < 0)
            return -EMFILE;
        (void) lseek(fd, 0, SEEK_SET);
        return fd;
    }
    return -ENOENT;
}

static void on_open(int signal_number, siginfo_t *info, void *context) {
    int before = errno;
    ucontext_t *u = context;
    (void) signal_number, (void) info;
#if defined(__x86_64__)
    greg_t *r = u->uc_mcontext.gregs;
    const char *path;
    memcpy(&path, &r[REG_RSI], sizeof path);
    r[REG_RAX] = opened_before(path, (int) r[REG_RDX]);
#elif defined(__aarch64__)
    const char *path;
    memcpy(&path, &u->uc_mcontext.regs[1], sizeof path);
    u->uc_mcontext.regs[0] = (unsigned long long) opened_before(path, (int) u->uc_mcontext.regs[2]);
#else
#error "which registers hold the arguments of openat, and its answer?"
#endif
    errno = before;
}

static void open_one(struct an_cage *cage, const char *path) {
    int low = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    int fd = low < 0 ? -1 : fcntl(low, F_DUPFD_CLOEXEC, FIRST_FILE);
    struct stat st;
    if (low >= 0)
        (void) close(low);
    size_t len = strlen(path) + 1;
    char *copy = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? an_alloc(len) : NULL;
    if (!copy) {
        if (fd >= 0)
            (void) close(fd);
        return;
    }
    memcpy(copy, path, len);
    cage->files[cage->count++] = (struct opened) {copy, fd};
}

static void open_below(struct an_cage *cage, const char *folder, int depth) {
    DIR *d = opendir(folder);
    if (!d)
        return;
    const struct dirent *e;
    while (cage->count < FILES_MAX && (e = readdir(d))) {
        char path[PATH_MAX];
        int n = snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        if (e->d_name[0] == '.' || n < 0 || (size_t) n >= sizeof path)
            continue;
        struct stat st;
        if (lstat(path, &st) != 0)
            continue;
        if (S_ISDIR(st.st_mode) && depth < DEPTH_MAX)
            open_below(cage, path, depth + 1);
        else if (S_ISREG(st.st_mode))
            open_one(cage, path);
    }
    (void) closedir(d);
}

void an_cage_open_below(struct an_cage *cage, const char *const *folders) {
    for (size_t i = 0; folders && folders[i]; i++)
        open_below(cage, folders[i], 0);
}

// The filter. What is not named fails with EPERM: a library that asks whether something can be had is told it cannot.

static const int may[] = {
    SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(lseek), SCMP_SYS(close), SCMP_SYS(fstat), SCMP_SYS(munmap), SCMP_SYS(mremap),
    SCMP_SYS(brk), SCMP_SYS(madvise), SCMP_SYS(futex), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack), SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_getres), SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(getrandom), SCMP_SYS(getpid), SCMP_SYS(gettid),
    SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(getrusage), SCMP_SYS(sysinfo), SCMP_SYS(uname),
    SCMP_SYS(restart_syscall),
};

static const int kills[] = {
    SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(socket), SCMP_SYS(socketpair),
    SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(listen), SCMP_SYS(accept), SCMP_SYS(accept4), SCMP_SYS(sendto),
    SCMP_SYS(sendmsg), SCMP_SYS(recvmsg), SCMP_SYS(recvfrom), SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev), SCMP_SYS(kill), SCMP_SYS(pidfd_open), SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(unshare),
    SCMP_SYS(setns), SCMP_SYS(bpf), SCMP_SYS(keyctl), SCMP_SYS(add_key), SCMP_SYS(request_key), SCMP_SYS(perf_event_open),
    SCMP_SYS(userfaultfd), SCMP_SYS(io_uring_setup), SCMP_SYS(init_module), SCMP_SYS(finit_module), SCMP_SYS(unlink),
    SCMP_SYS(unlinkat), SCMP_SYS(rename), SCMP_SYS(renameat2), SCMP_SYS(truncate), SCMP_SYS(mknodat),
};

static bool add_rules(scmp_filter_ctx f) {
    bool ok = true;
    for (size_t i = 0; i < AN_COUNT(may); i++)
        ok &= seccomp_rule_add(f, SCMP_ACT_ALLOW, may[i], 0) == 0;
    // one that this processor never had cannot be called either
    for (size_t i = 0; i < AN_COUNT(kills); i++) {
        int r = seccomp_rule_add(f, SCMP_ACT_KILL_PROCESS, kills[i], 0);
        ok &= r == 0 || r == -EDOM;
    }
    ok &= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, SCMP_A0(SCMP_CMP_EQ, AN_CAGE_OUT, 0)) == 0;
    // memory that can be written and run would let whatever took the parser over bring its own code
    ok &= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0;
    ok &= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0;
    // fstat is written like this
    ok &= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1,
                           SCMP_A3(SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, AT_EMPTY_PATH)) == 0;
    static const unsigned long control[] = {F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL};
    for (size_t i = 0; i < AN_COUNT(control); i++)
        ok &= seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1, SCMP_A1(SCMP_CMP_EQ, control[i], 0)) == 0;
    ok &= seccomp_rule_add(f, SCMP_ACT_TRAP, SCMP_SYS(openat), 0) == 0;
    return ok;
}

// The filter as the kernel takes it, so that each parser has only to hand it over.
static bool compile(struct an_cage *cage) {
    scmp_filter_ctx f = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    int fd = f && add_rules(f) ? memfd_create("filter", MFD_CLOEXEC) : -1;
    bool ok = fd >= 0 && seccomp_export_bpf(f, fd) == 0;
    ssize_t n = ok ? pread(fd, cage->filter, sizeof cage->filter, 0) : 0;
    if (fd >= 0)
        (void) close(fd);
    if (f)
        seccomp_release(f);
    cage->filter_len = (unsigned short) (n > 0 && (size_t) n < sizeof cage->filter ? (size_t) n / sizeof cage->filter[0] : 0);
    return cage->filter_len;
}

enum an_code an_cage_new(struct an_cage **ret, struct an_err *err) {
    uint32_t action = SECCOMP_RET_TRAP;
    if (syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) != 0)
        return an_fail(err, AN_IO, "this system does not let a program lock itself in (seccomp): %m");
    struct an_cage *cage = an_alloc(sizeof *cage);
    if (!cage)
        return an_fail(err, AN_NOMEM, "no memory for a cage");
    memset(cage, 0, sizeof *cage);
    if (!compile(cage)) {
        an_free(cage);
        return an_fail(err, AN_IO, "this system's filter of calls cannot be made (seccomp)");
    }
    *ret = cage;
    return AN_OK;
}

// The second lock: where the kernel has it, no path leads anywhere.
static void lock_files(void) {
    struct landlock_ruleset_attr all = {0};
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1)
        return;
    all.handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;         // what its first version knows
    int fd = (int) syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
    if (fd >= 0) {
        (void) syscall(SYS_landlock_restrict_self, fd, 0);
        (void) close(fd);
    }
}

static bool limit(uint64_t memory) {
    const struct rlimit none = {0, 0}, cpu = {AN_CAGE_CPU_SECONDS, AN_CAGE_CPU_SECONDS + 2}, addresses = {memory, memory};
    bool ok = setrlimit(RLIMIT_CORE, &none) == 0 && setrlimit(RLIMIT_FSIZE, &none) == 0 &&
              setrlimit(RLIMIT_NPROC, &none) == 0 && setrlimit(RLIMIT_CPU, &cpu) == 0;
    return ok && (SANITIZED || setrlimit(RLIMIT_AS, &addresses) == 0);
}

enum an_code an_cage_enter(const struct an_cage *cage, uint64_t memory, struct an_err *err) {
    struct sigaction action = {.sa_sigaction = on_open, .sa_flags = SA_SIGINFO};
    struct sock_filter copy[FILTER_MAX];
    memcpy(copy, cage->filter, sizeof copy);
    struct sock_fprog program = {.len = cage->filter_len, .filter = copy};
    caged_in = cage;
    if (sigaction(SIGSYS, &action, NULL) != 0 || !limit(memory))
        return an_fail(err, AN_IO, "limits cannot be set: %m");
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return an_fail(err, AN_IO, "privileges cannot be given up: %m");
    lock_files();
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0)
        return an_fail(err, AN_IO, "the filter of calls cannot be set (seccomp): %m");
    return AN_OK;
}
