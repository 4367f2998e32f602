/*
 * Kills its process at one of its steps, counted over all threads: for LD_PRELOAD, see CrashPoints.java.
 *
 * A step is a call that changes something outside the process: a file, a folder, or what a peer hears. They count from
 * the moment when the folder $CRASH_SWITCH is made. Step number $CRASH_AT kills by SIGKILL: "before" it is done, in the
 * "half" of it (of a write; else after it), or "after" it. Each step is a line in the file $CRASH_LOG before it is done.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

enum moment { NEVER, BEFORE, HALF, AFTER };

static const char *switch_on;
static long kill_at;
static enum moment kill_moment;
static int log_fd = -1;
static _Atomic int counting;
static _Atomic long steps;
static pid_t owner;

#define REAL(name) ((__typeof__(&name))real(#name))

static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

__attribute__((constructor)) static void begin(void) {
    const char *at = getenv("CRASH_AT"), *moment = getenv("CRASH_MOMENT"), *log = getenv("CRASH_LOG");
    switch_on = getenv("CRASH_SWITCH");
    if (!at || !moment || !log || !switch_on) return;
    kill_at = atol(at);
    kill_moment = *moment == 'B' ? BEFORE : *moment == 'H' ? HALF : AFTER;
    log_fd = REAL(open)(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    owner = getpid();
    unsetenv("LD_PRELOAD"); /* what it starts is not its process */
}

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

static const char *place(int fd, char *buffer, size_t size) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, buffer, size - 1);
    buffer[length < 0 ? 0 : length] = 0;
    return buffer;
}

/* Counts a step; what it returns says how far to go with it before die(). */
static enum moment step(const char *what, const char *where, size_t bytes) {
    if (!counting || getpid() != owner) return NEVER;
    char line[4400];
    long number = ++steps;
    int length = snprintf(line, sizeof line, "%ld\t%s\t%s\t%zu\n", number, what, where, bytes);
    if (REAL(write)(log_fd, line, (size_t)length) < 0) abort();
    if (number != kill_at) return NEVER;
    if (kill_moment == BEFORE) die();
    return kill_moment;
}

static enum moment fd_step(const char *what, int fd, size_t bytes) {
    char where[4096];
    return counting ? step(what, place(fd, where, sizeof where), bytes) : NEVER;
}

#define AFTERWARDS(moment, result) \
    do {                           \
        int saved = errno;         \
        if ((moment) != NEVER) die(); \
        errno = saved;             \
        return result;             \
    } while (0)

ssize_t write(int fd, const void *bytes, size_t count) {
    enum moment m = fd_step("write", fd, count);
    ssize_t done = REAL(write)(fd, bytes, m == HALF ? count / 2 : count);
    AFTERWARDS(m, done);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
    enum moment m = fd_step("write", fd, count);
    ssize_t done = REAL(pwrite64)(fd, bytes, m == HALF ? count / 2 : count, at);
    AFTERWARDS(m, done);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    enum moment m = fd_step("writev", fd, count > 0 ? parts[0].iov_len : 0);
    ssize_t done = m == HALF ? REAL(write)(fd, parts[0].iov_base, parts[0].iov_len / 2) : REAL(writev)(fd, parts, count);
    AFTERWARDS(m, done);
}

ssize_t send(int fd, const void *bytes, size_t count, int flags) {
    enum moment m = fd_step("send", fd, count);
    ssize_t done = REAL(send)(fd, bytes, m == HALF ? count / 2 : count, flags);
    AFTERWARDS(m, done);
}

int connect(int fd, const struct sockaddr *address, socklen_t length) {
    const char *where = address->sa_family == AF_UNIX ? ((const struct sockaddr_un *)address)->sun_path : "network";
    enum moment m = step("connect", where, 0);
    int done = REAL(connect)(fd, address, length);
    AFTERWARDS(m, done);
}

int fsync(int fd) {
    enum moment m = fd_step("fsync", fd, 0);
    int done = REAL(fsync)(fd);
    AFTERWARDS(m, done);
}

int fdatasync(int fd) {
    enum moment m = fd_step("fdatasync", fd, 0);
    int done = REAL(fdatasync)(fd);
    AFTERWARDS(m, done);
}

int ftruncate64(int fd, off64_t size) {
    enum moment m = fd_step("truncate", fd, 0);
    int done = REAL(ftruncate64)(fd, size);
    AFTERWARDS(m, done);
}

int rename(const char *from, const char *to) {
    enum moment m = step("rename", to, 0);
    int done = REAL(rename)(from, to);
    AFTERWARDS(m, done);
}

int unlink(const char *path) {
    enum moment m = step("unlink", path, 0);
    int done = REAL(unlink)(path);
    AFTERWARDS(m, done);
}

int rmdir(const char *path) {
    enum moment m = step("rmdir", path, 0);
    int done = REAL(rmdir)(path);
    AFTERWARDS(m, done);
}

int chmod(const char *path, mode_t mode) {
    enum moment m = step("chmod", path, 0);
    int done = REAL(chmod)(path, mode);
    AFTERWARDS(m, done);
}

int mkdir(const char *path, mode_t mode) {
    if (switch_on && !strcmp(path, switch_on)) {
        int made = REAL(mkdir)(path, mode);
        counting = 1;
        return made;
    }
    enum moment m = step("mkdir", path, 0);
    int done = REAL(mkdir)(path, mode);
    AFTERWARDS(m, done);
}

static int opened(const char *name, int folder, const char *path, int flags, mode_t mode) {
    int changes = flags & (O_CREAT | O_TRUNC);
    enum moment m = changes ? step("create", path, 0) : NEVER;
    int fd = folder == AT_FDCWD && strcmp(name, "openat64") ? ((int (*)(const char *, int, ...))real(name))(path, flags, mode)
                                : REAL(openat64)(folder, path, flags, mode);
    AFTERWARDS(m, fd);
}

#define MODE(flags, last)                        \
    mode_t mode = 0;                             \
    if ((flags) & (O_CREAT | O_TMPFILE)) {       \
        va_list more;                            \
        va_start(more, last);                    \
        mode = va_arg(more, mode_t);             \
        va_end(more);                            \
    }

int open(const char *path, int flags, ...) {
    MODE(flags, flags)
    return opened("open", AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    MODE(flags, flags)
    return opened("open64", AT_FDCWD, path, flags, mode);
}

int openat64(int folder, const char *path, int flags, ...) {
    MODE(flags, flags)
    return opened("openat64", folder, path, flags, mode);
}
