/*
 * hpc-node: one node of a local cluster. It starts the processes of jobs, minds them and keeps what became of them until
 * the controller (a JVM) has acknowledged it. It outlives the controller: limits are kept and ends recorded without one.
 *
 *     hpc-node --dir FOLDER --name NAME [--cgroup-root FOLDER] [--idle-exit SECONDS]
 *
 * A unit is one process of a job with all its descendants; its name is chosen by the controller. Promises:
 *  - A unit is started at most once, whatever is killed when: "S unit" is in the journal before its process is made.
 *  - An end is told until it is acknowledged, by the next process of this node too if this one is killed.
 *  - When an end is told, no process of the unit is left, as far as Linux lets us find them.
 * The journal survives kill -9, not a power failure: nothing is synced to disk.
 *
 * Wire: frames of a 4 byte big-endian length and fields that each end with NUL, the first being the verb.
 *   to the node:   HELLO version | START unit kind most cwd stdin stdout stderr append umask walltimeMillis
 *                  graceMillis memoryBytes nEnv env... nArgs arg... | RETURN unit | STOP unit graceMillis reason |
 *                  SIGNAL unit signal | ACK n unit... | USAGE n unit... | QUIT
 *   from the node: HELLO version name pid bootId nodeStartMicros memoryLimits | RUNNING unit pid startedMicros |
 *                  ENDED unit endedMicros code signal utimeMicros stimeMicros maxRssBytes readBytes writtenBytes
 *                  cgroupPeakBytes oomKilled reason startedMicros | FAILED unit errno message | LOST unit |
 *                  RETURNED unit | USAGE unit cpuMicros memoryBytes peakBytes readBytes writtenBytes ioWaitMicros processes | SYNCED
 * Units of one kind take the same room on the node. One with a most above 0 is held until fewer than that of its kind are
 * live, first come, first served, or until it is ordered again without: so the room of one that ends is taken at once,
 * which saves the time a controller would take to answer. What is held is forgotten, never started, with the connection
 * or when it is to be returned: the answer is RETURNED for what is not known then.
 * After its HELLO a controller gets RUNNING for what lives, ENDED, FAILED or LOST for what is not acknowledged, SYNCED.
 * Numbers are decimal. An empty path of stdin, stdout or stderr is /dev/null, a umask of -1 the node's own, a walltime or
 * a limit of 0 none; the reason is "-" if the process ended by itself, and an unknown number is -1.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PROTOCOL 2
#define MAX_FRAME (64 << 20)
#define MAX_UNSENT (64 << 20)
#define JOURNAL_LIMIT (4 << 20)
#define STARTS_PER_TURN 8
#define LEFTOVER_MILLIS 5000
#define FOLDER_CHECK_MILLIS 5000

/* ---- memory, buffers, time, words ---- */

struct buf {
    char *data;
    size_t len, cap;
};

static int ready_fd = -1; /* to the foreground process until the node is ready */

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    struct tm tm;
    gmtime_r(&now.tv_sec, &tm);
    char line[PIPE_BUF], *at = line + strftime(line, 64, "%Y-%m-%dT%H:%M:%SZ ", &tm);
    va_list args;
    va_start(args, format);
    vsnprintf(at, sizeof line - 64, format, args);
    va_end(args);
    dprintf(2, "%s\n", line);
}

__attribute__((format(printf, 2, 3), noreturn)) static void die(char kind, const char *format, ...) {
    char line[PIPE_BUF];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (ready_fd >= 0) {
        dprintf(ready_fd, "%c%s", kind, line);
    } else {
        say("%s", line);
    }
    _exit(1);
}

static void *grow(void *memory, size_t bytes) {
    void *grown = realloc(memory, bytes);
    if (!grown) {
        die('E', "out of memory");
    }
    return grown;
}

static char *copy(const char *text) {
    return strcpy(grow(NULL, strlen(text) + 1), text);
}

static void buf_reserve(struct buf *b, size_t more) {
    if (b->len + more > b->cap) {
        b->cap = (b->len + more) * 2;
        b->data = grow(b->data, b->cap);
    }
}

static void buf_add(struct buf *b, const void *data, size_t len) {
    buf_reserve(b, len);
    memcpy(b->data + b->len, data, len);
    b->len += len;
}

__attribute__((format(printf, 2, 3))) static void buf_print(struct buf *b, const char *format, ...) {
    char text[1024];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    buf_add(b, text, len < (int) sizeof text ? (size_t) len : sizeof text - 1);
}

static void buf_consume(struct buf *b, size_t len) {
    memmove(b->data, b->data + len, b->len - len);
    b->len -= len;
}

static int64_t clock_micros(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t) t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t now_millis(void) {
    return clock_micros(CLOCK_MONOTONIC) / 1000;
}

static int64_t epoch_micros(void) {
    return clock_micros(CLOCK_REALTIME);
}

static uint64_t boot_ticks(void) { /* the clock of field 22 (starttime) of /proc/PID/stat */
    return (uint64_t) (clock_micros(CLOCK_BOOTTIME) * sysconf(_SC_CLK_TCK) / 1000000);
}

static ssize_t read_file(const char *path, char *data, size_t size) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return -1;
    }
    size_t len = 0;
    ssize_t n;
    while (len < size - 1 && (n = read(fd, data + len, size - 1 - len)) > 0) {
        len += (size_t) n;
    }
    close(fd);
    data[len] = 0;
    return (ssize_t) len;
}

static bool write_file(const char *path, int flags, const char *text) {
    int fd = open(path, O_WRONLY | O_CLOEXEC | flags, 0600);
    if (fd < 0) {
        return false;
    }
    bool ok = write(fd, text, strlen(text)) == (ssize_t) strlen(text);
    return close(fd) == 0 && ok;
}

static bool token_ok(const char *text) {
    size_t len = strlen(text);
    return len > 0 && len <= 200 && text[0] != '.'
            && strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") == len;
}

/* ---- units ---- */

enum state { WAITING, RUNNING, ENDING, ENDED, FAILED, LOST }; /* ENDING: the main process has ended, leftovers have not */

struct list {
    struct unit *first, *last;
    size_t count;
};

struct unit {
    struct list *list;
    char *kind;
    int64_t most; /* of a held unit */
    struct unit *next_by_name, *next_by_pid, *prev, *next;
    char *name;
    enum state state;
    pid_t pid;
    uint64_t start_ticks;
    int64_t started, ended; /* microseconds since 1970 */
    char *order;            /* the fields of START, until it is carried out */
    size_t order_len;
    int64_t grace, walltime, memory_limit;
    int64_t walltime_at, walltime_left, kill_at, sweep_at, give_up_at; /* monotonic milliseconds, 0: never */
    int sweep_pause;
    bool stopping, grouped, oom;
    char reason[32];
    int code, signal, error;
    char *message;
    int64_t utime, stime, maxrss, read, written, group_peak; /* of an end */
    int64_t cpu_seen, peak_seen;                             /* of a live unit */
};

/* held: to start when there is room; waiting: to start now, and recorded; done: ended and not acknowledged */
static struct list held, waiting, live, done;
static struct unit **by_name, *by_pid[4096];
static size_t by_name_size, unit_count;
static int64_t wake_at;
static char owner_id[64]; /* tells this node's processes from those of other clusters in their environment */
static pid_t self;

static void list_add(struct list *l, struct unit *u) {
    u->list = l;
    u->next = NULL;
    u->prev = l->last;
    *(l->last ? &l->last->next : &l->first) = u;
    l->last = u;
    l->count++;
}

static void list_remove(struct unit *u) {
    struct list *l = u->list;
    *(u->prev ? &u->prev->next : &l->first) = u->next;
    *(u->next ? &u->next->prev : &l->last) = u->prev;
    l->count--;
}

static struct unit **name_slot(const char *name) {
    uint64_t hash = 14695981039346656037u;
    for (const char *c = name; *c; c++) {
        hash = (hash ^ (unsigned char) *c) * 1099511628211u;
    }
    return &by_name[(hash ^ hash >> 32) % by_name_size];
}

static struct unit *unit_named(const char *name) {
    struct unit *u = *name_slot(name);
    while (u && strcmp(u->name, name) != 0) {
        u = u->next_by_name;
    }
    return u;
}

static void name_table_grow(void) {
    struct unit **old = by_name;
    size_t old_size = by_name_size;
    by_name_size = old_size ? old_size * 2 + 1 : 1023;
    by_name = grow(NULL, by_name_size * sizeof *by_name);
    memset(by_name, 0, by_name_size * sizeof *by_name);
    for (size_t i = 0; i < old_size; i++) {
        for (struct unit *u = old[i], *next; u; u = next) {
            next = u->next_by_name;
            struct unit **slot = name_slot(u->name);
            u->next_by_name = *slot;
            *slot = u;
        }
    }
    free(old);
}

static struct unit *unit_new(const char *name, struct list *list) {
    if (unit_count >= by_name_size) {
        name_table_grow();
    }
    struct unit *u = grow(NULL, sizeof *u);
    memset(u, 0, sizeof *u);
    u->name = copy(name);
    u->kind = copy("");
    u->group_peak = -1;
    strcpy(u->reason, "-");
    struct unit **slot = name_slot(name);
    u->next_by_name = *slot;
    *slot = u;
    list_add(list, u);
    unit_count++;
    return u;
}

static void unit_forget(struct unit *u) {
    struct unit **slot = name_slot(u->name);
    while (*slot != u) {
        slot = &(*slot)->next_by_name;
    }
    *slot = u->next_by_name;
    list_remove(u);
    unit_count--;
    free(u->order);
    free(u->message);
    free(u->kind);
    free(u->name);
    free(u);
}

static struct unit *unit_of_pid(pid_t pid) {
    struct unit *u = by_pid[(size_t) pid % 4096];
    while (u && u->pid != pid) {
        u = u->next_by_pid;
    }
    return u;
}

static void pid_add(struct unit *u) {
    struct unit **slot = &by_pid[(size_t) u->pid % 4096];
    u->next_by_pid = *slot;
    *slot = u;
}

static void pid_remove(struct unit *u) {
    struct unit **slot = &by_pid[(size_t) u->pid % 4096];
    while (*slot != u) {
        slot = &(*slot)->next_by_pid;
    }
    *slot = u->next_by_pid;
}

static void wake_by(int64_t at) {
    if (at && (!wake_at || at < wake_at)) {
        wake_at = at;
    }
}

/* ---- the journal: lines of B boot, S start, P process, E end, X failed start, N lost with the node, A acknowledged ---- */

static int journal_fd = -1;
static struct buf journal; /* what is not written yet; it is kept as long as the disk is full */
static size_t journal_size;
static int64_t journal_retry_at;
static bool journal_urgent;     /* what is not written yet must be before the controller is told */
static int64_t journal_lazy_at; /* else by then */
static char boot_id[64];
static int64_t node_started;

static void journal_begin(struct buf *b) {
    buf_print(b, "B %s %d %lld\n", boot_id, (int) self, (long long) node_started);
}

static void journal_escape(struct buf *b, const char *text) {
    for (; *text; text++) {
        unsigned char c = (unsigned char) *text;
        if (c <= ' ' || c == '%' || c >= 127) {
            buf_print(b, "%%%02x", c);
        } else {
            buf_add(b, text, 1);
        }
    }
}

static void journal_unescape(char *text) {
    char *to = text;
    for (; *text; text++) {
        unsigned c;
        if (*text == '%' && sscanf(text + 1, "%2x", &c) == 1) {
            *to++ = (char) c;
            text += 2;
        } else {
            *to++ = *text;
        }
    }
    *to = 0;
}

static void journal_state(struct buf *b, const struct unit *u) {
    journal_urgent |= u->state != RUNNING;
    switch (u->state) {
        case WAITING:
            buf_print(b, "S %s\n", u->name);
            break;
        case RUNNING:
        case ENDING:
            buf_print(b, "P %s %d %llu %lld\n", u->name, (int) u->pid, (unsigned long long) u->start_ticks,
                    (long long) u->started);
            break;
        case ENDED:
            buf_print(b, "E %s %lld %lld %d %d %lld %lld %lld %lld %lld %lld %d %s\n", u->name, (long long) u->ended,
                    (long long) u->started, u->code, u->signal, (long long) u->utime, (long long) u->stime,
                    (long long) u->maxrss, (long long) u->read, (long long) u->written, (long long) u->group_peak, u->oom,
                    u->reason);
            break;
        case FAILED:
            buf_print(b, "X %s %d ", u->name, u->error);
            journal_escape(b, u->message);
            buf_print(b, "\n");
            break;
        case LOST:
            buf_print(b, "N %s\n", u->name);
            break;
    }
}

/* Its start is recorded before it is made, so that it is never made twice. */
static void unit_ready(struct unit *u) {
    list_remove(u);
    list_add(&waiting, u);
    journal_state(&journal, u);
}

static void unit_done(struct unit *u, enum state state) {
    u->state = state;
    list_remove(u);
    list_add(&done, u);
}

static int64_t count_of_kind(const struct list *l, const char *kind) {
    int64_t count = 0;
    for (const struct unit *u = l->first; u; u = u->next) {
        count += strcmp(u->kind, kind) == 0;
    }
    return count;
}

static void release_held(void) {
    for (struct unit *h = held.first, *next; h; h = next) {
        next = h->next;
        if (count_of_kind(&live, h->kind) + count_of_kind(&waiting, h->kind) < h->most) {
            unit_ready(h);
        }
    }
}

static bool journal_flush(void) {
    while (journal.len > 0) {
        ssize_t n = write(journal_fd, journal.data, journal.len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            if (!journal_retry_at) {
                say("cannot write the journal, no unit is started until that works: %s", strerror(errno));
            }
            journal_retry_at = now_millis() + 500;
            return false;
        }
        journal_size += (size_t) n;
        buf_consume(&journal, (size_t) n);
    }
    journal_retry_at = journal_lazy_at = 0;
    journal_urgent = false;
    return true;
}

/*
 * Writes at the end of a turn what must be. Acknowledgements and pids wait for the next write, as that saves a good part
 * of a short job's cost: the first would be told again, and a process is found by its environment too.
 */
static void journal_settle(void) {
    if (journal.len == 0) {
        journal_lazy_at = 0;
        return;
    }
    int64_t now = now_millis();
    if (journal_urgent || (journal_lazy_at && now >= journal_lazy_at)) {
        journal_flush();
    } else if (!journal_lazy_at) {
        journal_lazy_at = now + 100;
    }
}

/* Writes the journal anew without what is acknowledged. The old one stays in use if that fails. */
static bool journal_compact(void) {
    struct buf fresh = {0};
    journal_begin(&fresh);
    const struct list *lists[] = {&done, &live, &waiting};
    for (int i = 0; i < 3; i++) {
        for (const struct unit *u = lists[i]->first; u; u = u->next) {
            journal_state(&fresh, u);
        }
    }
    int fd = open("journal.new", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
    size_t written = 0;
    ssize_t n = 1;
    while (fd >= 0 && n > 0 && written < fresh.len) {
        n = write(fd, fresh.data + written, fresh.len - written);
        written += n > 0 ? (size_t) n : 0;
    }
    bool ok = fd >= 0 && written == fresh.len && rename("journal.new", "journal") == 0;
    if (ok) {
        if (journal_fd >= 0) {
            close(journal_fd);
        }
        journal_fd = fd;
        journal_size = fresh.len;
        journal.len = 0; /* the new one holds it already */
    } else if (fd >= 0) {
        int error = errno;
        close(fd);
        unlink("journal.new");
        errno = error;
    }
    free(fresh.data);
    return ok;
}

static void journal_tidy(void) {
    static size_t tried;
    if (journal_size < tried) {
        tried = 0;
    }
    if (journal_size > JOURNAL_LIMIT + tried && journal_size > 400 * unit_count && !journal_retry_at
            && !journal_compact()) {
        tried = journal_size; /* not again before as much has been added */
    }
}

static void journal_read_line(char *line) {
    char name[256], reason[32], kind = line[0];
    int at = 0;
    if (sscanf(line + 1, " %255s%n", name, &at) != 1 || !token_ok(name)) {
        return;
    }
    char *rest = line + 1 + at;
    struct unit *u = unit_named(name);
    if (kind == 'A') {
        if (u) {
            unit_forget(u);
        }
        return;
    }
    if (!strchr("SPEXN", kind)) {
        return;
    }
    if (!u) {
        u = unit_new(name, &live);
    }
    if (u->state >= ENDED) {
        return;
    }
    long long v[10];
    int pid;
    if (kind == 'P' && sscanf(rest, "%d %lld %lld", &pid, &v[0], &v[1]) == 3) {
        u->state = RUNNING;
        u->pid = pid;
        u->start_ticks = (uint64_t) v[0];
        u->started = v[1];
    } else if (kind == 'E'
            && sscanf(rest, "%lld %lld %d %d %lld %lld %lld %lld %lld %lld %lld %31s", &v[0], &v[1], &u->code, &u->signal,
                       &v[2], &v[3], &v[4], &v[5], &v[6], &v[7], &v[8], reason) == 12) {
        u->ended = v[0];
        u->started = v[1];
        u->utime = v[2];
        u->stime = v[3];
        u->maxrss = v[4];
        u->read = v[5];
        u->written = v[6];
        u->group_peak = v[7];
        u->oom = v[8] != 0;
        strcpy(u->reason, reason);
        unit_done(u, ENDED);
    } else if (kind == 'X' && sscanf(rest, "%d %n", &u->error, &at) == 1) {
        u->message = copy(rest + at);
        journal_unescape(u->message);
        unit_done(u, FAILED);
    } else if (kind == 'N') {
        unit_done(u, LOST);
    }
}

/* Reads what an earlier process of this node left; returns its pid, or 0 if this machine was started since. */
static pid_t journal_read(void) {
    pid_t earlier = 0;
    FILE *file = fopen("journal", "re");
    if (!file) {
        if (errno != ENOENT) {
            die('E', "cannot read the journal: %s", strerror(errno));
        }
        return 0;
    }
    char *line = NULL, boot[64];
    size_t cap = 0;
    ssize_t len;
    int pid;
    while ((len = getline(&line, &cap, file)) > 0) {
        if (line[len - 1] != '\n' || strlen(line) != (size_t) len) {
            say("left out a torn line of the journal"); /* it is not in the new one that is written now */
            continue;
        }
        line[len - 1] = 0;
        if (sscanf(line, "B %63s %d", boot, &pid) == 2) {
            earlier = strcmp(boot, boot_id) == 0 ? pid : 0;
        } else {
            journal_read_line(line);
        }
    }
    free(line);
    fclose(file);
    return earlier;
}

/* ---- cgroups: a group for each unit with a memory limit. Any file may be missing. ---- */

static struct {
    int version; /* 0: none */
    char memory[PATH_MAX / 2], cpu[PATH_MAX / 2];
} groups;

static int64_t file_number(const char *folder, const char *name, const char *key) {
    char path[2 * PATH_MAX], data[8192];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (read_file(path, data, sizeof data) <= 0) {
        return -1;
    }
    char *at = data;
    size_t len = key ? strlen(key) : 0;
    while (key && at && !(strncmp(at, key, len) == 0 && at[len] == ' ')) {
        at = strchr(at, '\n');
        at = at ? at + 1 : NULL;
    }
    return at && (key || isdigit((unsigned char) *at)) ? strtoll(at + len, NULL, 10) : -1;
}

static bool group_write(const char *folder, const char *name, int flags, const char *value) {
    char path[2 * PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return write_file(path, flags, value);
}

static void group_path(char *path, const char *base, const struct unit *u) {
    snprintf(path, PATH_MAX, "%s/%s", base, u->name);
}

/* Nodes that were killed leave their groups; rmdir takes only those without processes. */
static void groups_remove_stale(const char *base) {
    DIR *nodes = opendir(base);
    for (struct dirent *node; nodes && (node = readdir(nodes));) {
        unsigned uid;
        int pid;
        char path[PATH_MAX], program[PATH_MAX] = "";
        if (sscanf(node->d_name, "%u-%d", &uid, &pid) != 2 || uid != geteuid() || pid == self) {
            continue;
        }
        snprintf(path, sizeof path, "/proc/%d/exe", pid); /* a zombie has none */
        if (readlink(path, program, sizeof program - 1) > 0 && strstr(program, "/hpc-node")) {
            continue;
        }
        snprintf(path, sizeof path, "%s/%s", base, node->d_name);
        DIR *units = opendir(path);
        for (struct dirent *unit; units && (unit = readdir(units));) {
            if (unit->d_name[0] != '.') {
                unlinkat(dirfd(units), unit->d_name, AT_REMOVEDIR);
            }
        }
        if (units) {
            closedir(units);
        }
        rmdir(path);
    }
    if (nodes) {
        closedir(nodes);
    }
}

static bool group_base(char *base, size_t size, const char *root, const char *controller) {
    char above[PATH_MAX / 4];
    snprintf(above, sizeof above, "%s%s/hpc4j", root, controller);
    mkdir(above, 0755);
    if (groups.version == 2 && !group_write(above, "cgroup.subtree_control", O_CREAT, "+memory")) {
        return false;
    }
    groups_remove_stale(above);
    snprintf(base, size, "%s/%u-%d", above, (unsigned) geteuid(), (int) self);
    return (mkdir(base, 0755) == 0 || errno == EEXIST)
            && (groups.version == 1 || group_write(base, "cgroup.subtree_control", O_CREAT, "+memory"));
}

static void groups_find(const char *root) {
    char path[PATH_MAX], data[4096] = "";
    snprintf(path, sizeof path, "%s/cgroup.controllers", root);
    if (strlen(root) > PATH_MAX / 8) {
        return;
    }
    if (read_file(path, data, sizeof data) > 0 && strstr(data, "memory")) {
        groups.version = 2;
        if (!group_write(root, "cgroup.subtree_control", 0, "+memory")
                || !group_base(groups.memory, sizeof groups.memory, root, "")) {
            groups.version = 0;
        }
        return;
    }
    snprintf(path, sizeof path, "%s/memory/memory.limit_in_bytes", root);
    if (access(path, F_OK) == 0) {
        groups.version = 1;
        if (!group_base(groups.memory, sizeof groups.memory, root, "/memory")) {
            groups.version = 0;
        } else if (!group_base(groups.cpu, sizeof groups.cpu, root, "/cpuacct")) {
            groups.cpu[0] = 0;
        }
    }
}

static bool group_make(struct unit *u) {
    char path[PATH_MAX], bytes[32];
    snprintf(bytes, sizeof bytes, "%lld", (long long) u->memory_limit);
    group_path(path, groups.memory, u);
    if (mkdir(path, 0755) != 0 && errno != EEXIST) {
        return false;
    }
    bool ok;
    if (groups.version == 2) {
        ok = group_write(path, "memory.max", O_CREAT, bytes);
        group_write(path, "memory.swap.max", 0, "0");
        group_write(path, "memory.oom.group", 0, "1");
    } else {
        ok = group_write(path, "memory.limit_in_bytes", O_CREAT, bytes);
        group_write(path, "memory.memsw.limit_in_bytes", 0, bytes);
    }
    if (!ok) {
        rmdir(path);
        return false;
    }
    if (groups.cpu[0]) {
        group_path(path, groups.cpu, u);
        mkdir(path, 0755);
    }
    u->grouped = true;
    return true;
}

static int group_door(const char *base, const struct unit *u) {
    char path[PATH_MAX], door[PATH_MAX + 16];
    group_path(path, base, u);
    snprintf(door, sizeof door, "%s/cgroup.procs", path);
    return open(door, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
}

/* Calls for each process in the unit's group; returns their number, -1 if that cannot be told. */
static int group_members(const char *base, const char *name, void (*each)(pid_t)) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s/cgroup.procs", base, name);
    FILE *file = fopen(path, "re");
    if (!file) {
        return -1;
    }
    int pid, count = 0;
    while (fscanf(file, "%d", &pid) == 1) {
        if (pid > 1 && pid != self) { /* 0 is a process of another pid namespace */
            each(pid);
            count++;
        }
    }
    fclose(file);
    return count;
}

static char *graves[64]; /* groups that could not be removed yet */
static int64_t graves_at;

static void group_remove(char *path) {
    if (rmdir(path) != 0 && errno == EBUSY) {
        for (size_t i = 0; i < sizeof graves / sizeof *graves; i++) {
            if (!graves[i]) {
                graves[i] = path;
                graves_at = now_millis() + 100;
                wake_by(graves_at);
                return;
            }
        }
    }
    free(path);
}

static void graves_visit(int64_t now) {
    if (!graves_at || now < graves_at) {
        wake_by(graves_at);
        return;
    }
    graves_at = 0;
    for (size_t i = 0; i < sizeof graves / sizeof *graves; i++) {
        char *path = graves[i];
        graves[i] = NULL;
        if (path) {
            group_remove(path);
        }
    }
}

static void group_close(struct unit *u) {
    char path[PATH_MAX];
    group_path(path, groups.memory, u);
    if (groups.version == 2) {
        u->group_peak = file_number(path, "memory.peak", NULL);
        u->oom = file_number(path, "memory.events", "oom_kill") > 0;
    } else {
        u->group_peak = file_number(path, "memory.max_usage_in_bytes", NULL);
        u->oom = file_number(path, "memory.oom_control", "oom_kill") > 0;
    }
    if (u->oom && strcmp(u->reason, "-") == 0 && (u->signal == SIGKILL || u->code == 128 + SIGKILL)) {
        strcpy(u->reason, "memory");
    }
    group_remove(copy(path));
    if (groups.cpu[0]) {
        group_path(path, groups.cpu, u);
        group_remove(copy(path));
    }
}

/* ---- what runs: a snapshot of /proc, at most one in each turn of the main loop ---- */

struct proc {
    pid_t pid, ppid, pgrp, session;
    char state;
    bool member, looked;
    uint64_t start;
    int64_t cpu_ticks, io_wait_ticks, rss_bytes;
    struct unit *owner; /* by its environment, once looked */
};

static struct proc *procs;
static size_t proc_count, proc_cap;
static bool procs_fresh;

static bool proc_read(pid_t pid, struct proc *p) {
    char path[64], data[2048];
    snprintf(path, sizeof path, "/proc/%d/stat", (int) pid);
    if (read_file(path, data, sizeof data) <= 0) {
        return false;
    }
    char *at = strrchr(data, ')'); /* the name before it may hold anything */
    memset(p, 0, sizeof *p);
    p->pid = pid;
    long long ticks[4], rss, wait = 0;
    unsigned long long start;
    if (!at
            || sscanf(at + 1, " %c %d %d %d %*d %*d %*u %*u %*u %*u %*u %lld %lld %lld %lld %*d %*d %*d %*d %llu %*u %lld"
                       " %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %*u %*d %*d %*u %*u %lld", &p->state, &p->ppid,
                       &p->pgrp, &p->session, &ticks[0], &ticks[1], &ticks[2], &ticks[3], &start, &rss, &wait) < 10) {
        return false;
    }
    p->start = start;
    p->cpu_ticks = ticks[0] + ticks[1] + ticks[2] + ticks[3];
    p->io_wait_ticks = wait;
    p->rss_bytes = rss * sysconf(_SC_PAGESIZE);
    return true;
}

static int proc_compare(const void *a, const void *b) {
    pid_t x = ((const struct proc *) a)->pid, y = ((const struct proc *) b)->pid;
    return (x > y) - (x < y);
}

static void procs_read(void) {
    if (procs_fresh) {
        return;
    }
    proc_count = 0;
    DIR *folder = opendir("/proc");
    for (struct dirent *entry; folder && (entry = readdir(folder));) {
        if (!isdigit((unsigned char) entry->d_name[0])) {
            continue;
        }
        if (proc_count == proc_cap) {
            proc_cap = proc_cap * 2 + 256;
            procs = grow(procs, proc_cap * sizeof *procs);
        }
        if (proc_read(atoi(entry->d_name), &procs[proc_count])) {
            proc_count++;
        }
    }
    if (folder) {
        closedir(folder);
    }
    qsort(procs, proc_count, sizeof *procs, proc_compare);
    procs_fresh = true;
}

static struct proc *proc_find(pid_t pid) {
    struct proc key = {.pid = pid};
    return proc_count ? bsearch(&key, procs, proc_count, sizeof *procs, proc_compare) : NULL;
}

/* The unit whose mark this node put into the process's environment. */
static struct unit *owner_by_environment(pid_t pid) {
    static char *data;
    static const size_t size = 2 << 20;
    if (!data) {
        data = grow(NULL, size);
    }
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/environ", (int) pid);
    ssize_t len = read_file(path, data, size);
    struct unit *u = NULL;
    bool ours = false;
    for (ssize_t at = 0; at < len; at += (ssize_t) strlen(data + at) + 1) {
        if (strncmp(data + at, "HPC_UNIT=", 9) == 0) {
            u = unit_named(data + at + 9);
        } else if (strncmp(data + at, "HPC_UNIT_OWNER=", 15) == 0) {
            ours = strcmp(data + at + 15, owner_id) == 0;
        }
    }
    return ours ? u : NULL;
}

static struct unit *owner_of(struct proc *p) {
    if (!p->looked) {
        p->looked = true;
        p->owner = owner_by_environment(p->pid);
    }
    return p->owner;
}

static bool belongs(struct proc *p, const struct unit *u) {
    if (p->session == u->pid && (u->state == RUNNING || !unit_of_pid(u->pid))) {
        return true;
    }
    if (p->ppid == self) { /* adopted, unless it is a unit's main process; of the only unit, if there is but one */
        return !unit_of_pid(p->pid) && (live.count == 1 || owner_of(p) == u);
    }
    const struct proc *parent = proc_find(p->ppid);
    return parent && parent->member;
}

static void mark_member(pid_t pid) {
    struct proc *p = proc_find(pid);
    if (p) {
        p->member = true;
    }
}

/* Marks the unit's processes in the snapshot and returns how many of them live. */
static int members(const struct unit *u) {
    procs_read();
    for (size_t i = 0; i < proc_count; i++) {
        procs[i].member = false;
    }
    if (u->grouped) {
        group_members(groups.memory, u->name, mark_member);
    }
    bool more = true;
    while (more) {
        more = false;
        for (size_t i = 0; i < proc_count; i++) {
            if (!procs[i].member && belongs(&procs[i], u)) {
                procs[i].member = more = true;
            }
        }
    }
    int count = 0;
    for (size_t i = 0; i < proc_count; i++) {
        if (procs[i].member && (procs[i].state == 'Z' || procs[i].state == 'X')) {
            procs[i].member = false;
        }
        count += procs[i].member;
    }
    return count;
}

/*
 * Signals all processes of a unit. Its process group gets the signal from the kernel in one piece, the others one by one.
 * With signals that end or stop a process that is repeated until no new ones appear, as they may be forking meanwhile.
 * Other signals go round once: a process that a trap starts in answer to TERM must not get it too.
 */
static void signal_members(struct unit *u, int signal) {
    bool repeat = signal == SIGKILL || signal == SIGSTOP;
    for (int round = 0, before = 0; round < (repeat ? 10 : 1); round++) {
        int count = members(u);
        if (count <= before) {
            break;
        }
        before = count;
        bool group = false;
        for (size_t i = 0; i < proc_count; i++) {
            group |= procs[i].member && procs[i].pgrp == u->pid;
        }
        if (group) {
            kill(-u->pid, signal);
        }
        for (size_t i = 0; i < proc_count; i++) {
            if (procs[i].member && procs[i].pgrp != u->pid) {
                kill(procs[i].pid, signal);
            }
        }
        procs_fresh = !repeat;
    }
}

/* The children of this node that are no unit's main process: one system call where there are none. */
static size_t adopted(pid_t **pids) {
    static pid_t *found;
    static size_t cap;
    static int fd = -2;
    static char data[64 << 10];
    if (fd == -2) {
        snprintf(data, sizeof data, "/proc/self/task/%d/children", (int) self);
        fd = open(data, O_RDONLY | O_CLOEXEC);
    }
    ssize_t len = fd >= 0 ? pread(fd, data, sizeof data - 1, 0) : -1;
    bool complete = len >= 0 && len < (ssize_t) sizeof data - 1; /* some kernels have no such file */
    data[complete ? len : 0] = 0;
    if (!complete) {
        procs_read();
    }
    size_t count = 0;
    char *at = data;
    for (size_t i = 0; complete ? isdigit((unsigned char) *at) : i < proc_count; i++) {
        pid_t pid = complete ? (pid_t) strtol(at, &at, 10) : procs[i].ppid == self ? procs[i].pid : 0;
        at += strspn(at, " ");
        if (pid && !unit_of_pid(pid)) {
            if (count == cap) {
                cap = cap * 2 + 64;
                found = grow(found, cap * sizeof *found);
            }
            found[count++] = pid;
        }
    }
    *pids = found;
    return count;
}

/* ---- telling the controller ---- */

static int controller = -1, epoll_fd = -1;
static bool greeted, write_wanted, quitting;
static struct buf out, in;
static int64_t idle_since;
static const char *node_name;

static void controller_drop(void) {
    if (controller >= 0) {
        close(controller);
        controller = -1;
    }
    greeted = write_wanted = false;
    in.len = out.len = 0;
    while (held.first) {
        unit_forget(held.first);
    }
    idle_since = now_millis();
}

static void frame_field(const char *text) {
    buf_add(&out, text, strlen(text) + 1);
}

static void frame_number(int64_t value) {
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long) value);
    frame_field(text);
}

static size_t frame_begin(const char *verb) {
    size_t at = out.len;
    buf_add(&out, "\0\0\0", 4);
    frame_field(verb);
    return at;
}

static void frame_end(size_t at) {
    uint32_t len = (uint32_t) (out.len - at - 4);
    unsigned char head[] = {(unsigned char) (len >> 24), (unsigned char) (len >> 16), (unsigned char) (len >> 8),
        (unsigned char) len};
    memcpy(out.data + at, head, 4);
}

static void tell(const struct unit *u) {
    static const char *verbs[] = {"", "RUNNING", "RUNNING", "ENDED", "FAILED", "LOST"};
    if (!greeted || u->state == WAITING) {
        return;
    }
    size_t frame = frame_begin(verbs[u->state]);
    frame_field(u->name);
    if (u->state == ENDED) {
        const int64_t numbers[] = {u->ended, u->code, u->signal, u->utime, u->stime, u->maxrss, u->read, u->written,
            u->group_peak, u->oom};
        for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
            frame_number(numbers[i]);
        }
        frame_field(u->reason);
        frame_number(u->started);
    } else if (u->state == FAILED) {
        frame_number(u->error);
        frame_field(u->message);
    } else if (u->state != LOST) {
        frame_number(u->pid);
        frame_number(u->started);
    }
    frame_end(frame);
}

static void start_waiting(void);

static void greet(void) {
    while (waiting.first) {
        start_waiting(); /* what is recorded must be told, else it may be started elsewhere too */
    }
    greeted = true;
    size_t frame = frame_begin("HELLO");
    frame_number(PROTOCOL);
    frame_field(node_name);
    frame_number(self);
    frame_field(boot_id);
    frame_number(node_started);
    frame_number(groups.version != 0);
    frame_end(frame);
    for (const struct unit *u = live.first; u; u = u->next) {
        tell(u);
    }
    for (const struct unit *u = done.first; u; u = u->next) {
        tell(u);
    }
    frame_end(frame_begin("SYNCED"));
}

static void controller_flush(void) {
    size_t sent = 0;
    while (controller >= 0 && sent < out.len) {
        ssize_t n = send(controller, out.data + sent, out.len - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0 && errno == EAGAIN) {
            break;
        }
        if (n < 0) {
            controller_drop();
            return;
        }
        sent += (size_t) n;
    }
    buf_consume(&out, sent);
    if (out.len > MAX_UNSENT) {
        say("the controller does not read; its connection is closed");
        controller_drop();
    } else if (controller >= 0 && write_wanted != (out.len > 0)) {
        write_wanted = out.len > 0;
        struct epoll_event event = {.events = EPOLLIN | (write_wanted ? EPOLLOUT : 0), .data.fd = controller};
        epoll_ctl(epoll_fd, EPOLL_CTL_MOD, controller, &event);
    }
}

/* ---- starting ---- */

static mode_t inherited_umask;

enum step { STEP_NONE, STEP_GROUP, STEP_CWD, STEP_STDIN, STEP_STDOUT, STEP_STDERR, STEP_EXEC, STEP_FORK };

static const char *step_words[] = {"", "cannot join its memory group", "cannot change to working directory",
    "cannot open standard input", "cannot open standard output", "cannot open standard error", "cannot run",
    "cannot make a process for"};

struct order { /* what the child needs; it shares this memory and answers in step and error */
    const char *cwd, *in, *out, *err;
    bool append;
    int64_t umask;
    char **env, **args;
    int doors[2];
    enum step step;
    int error;
};

static void child_fail(struct order *o, enum step step) {
    o->error = errno;
    o->step = step;
    _exit(127);
}

/* O_NONBLOCK: a FIFO nobody has opened at its other end must not block the node, which waits for this child. */
static void child_open(struct order *o, const char *path, int flags, int fd, enum step step) {
    int opened = open(*path ? path : "/dev/null", flags | O_NONBLOCK | O_NOCTTY, 0666);
    if (opened < 0 || fcntl(opened, F_SETFL, flags & O_APPEND) < 0) {
        child_fail(o, step);
    }
    if (opened != fd) {
        dup2(opened, fd);
        close(opened);
    }
}

static void child_exec(struct order *o) {
    const char *file = o->args[0], *path = "/usr/local/bin:/usr/bin:/bin";
    int error = ENOENT;
    if (strchr(file, '/')) {
        execve(file, o->args, o->env);
        child_fail(o, STEP_EXEC);
    }
    for (char **e = o->env; *e; e++) {
        if (strncmp(*e, "PATH=", 5) == 0) {
            path = *e + 5;
        }
    }
    while (*file) {
        char full[PATH_MAX];
        size_t len = strcspn(path, ":");
        if (len + strlen(file) + 2 <= sizeof full) {
            memcpy(full, path, len);
            snprintf(full + len, sizeof full - len, "%s%s", len ? "/" : "", file);
            execve(full, o->args, o->env);
            if (errno != ENOENT && errno != ENOTDIR && (errno != EACCES || error == ENOENT)) {
                error = errno;
            }
            if (error != ENOENT && error != EACCES) {
                break;
            }
        }
        if (!path[len]) {
            break;
        }
        path += len + 1;
    }
    errno = error;
    child_fail(o, STEP_EXEC);
}

static int child_main(void *argument) {
    struct order *o = argument;
    struct sigaction by_default = {.sa_handler = SIG_DFL};
    sigaction(SIGHUP, &by_default, NULL);
    sigaction(SIGPIPE, &by_default, NULL);
    sigaction(SIGXFSZ, &by_default, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setsid();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != self) {
        _exit(127); /* the node was killed before this process could ask to be told */
    }
    for (int i = 0; i < 2; i++) {
        if (o->doors[i] >= 0 && write(o->doors[i], "0", 1) != 1) {
            child_fail(o, STEP_GROUP);
        }
    }
    if (chdir(o->cwd) != 0) {
        child_fail(o, STEP_CWD);
    }
    umask(o->umask < 0 ? inherited_umask : (mode_t) o->umask & 0777);
    int flags = O_WRONLY | O_CREAT | (o->append ? O_APPEND : O_TRUNC);
    child_open(o, o->in, O_RDONLY, 0, STEP_STDIN);
    child_open(o, o->out, flags, 1, STEP_STDOUT);
    if (strcmp(o->out, o->err) == 0) {
        dup2(1, 2);
    } else {
        child_open(o, o->err, flags, 2, STEP_STDERR);
    }
    child_exec(o);
    return 127;
}

static void unit_failed(struct unit *u, int error, const char *words, const char *what) {
    struct buf message = {0};
    buf_add(&message, words, strlen(words));
    buf_add(&message, " ", 1);
    buf_add(&message, what, strlen(what));
    buf_print(&message, ": %s", strerror(error));
    buf_add(&message, "", 1);
    u->error = error;
    u->message = message.data;
    free(u->order);
    u->order = NULL;
    unit_done(u, FAILED);
    journal_state(&journal, u);
    tell(u);
}

struct fields { /* reads a frame; bad stays set once a field is missing */
    char *at, *end;
    bool bad;
};

static char *field(struct fields *f) {
    char *text = f->at, *nul = f->at < f->end ? memchr(f->at, 0, (size_t) (f->end - f->at)) : NULL;
    if (!nul) {
        f->bad = true;
        return "";
    }
    f->at = nul + 1;
    return text;
}

static int64_t field_number(struct fields *f) {
    char *text = field(f), *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (end == text || *end || errno) {
        f->bad = true;
    }
    return value;
}

static char **field_array(struct fields *f, size_t before) {
    int64_t n = field_number(f);
    if (f->bad || n < 0 || n > f->end - f->at) { /* each takes at least its NUL */
        f->bad = true;
        n = 0;
    }
    char **array = grow(NULL, ((size_t) n + before + 1) * sizeof *array);
    for (int64_t i = 0; i < n; i++) {
        array[before + (size_t) i] = field(f);
    }
    array[before + (size_t) n] = NULL;
    return array;
}

static bool order_read(struct unit *u, struct order *o) {
    struct fields f = {u->order, u->order + u->order_len, false};
    memset(o, 0, sizeof *o);
    o->cwd = field(&f);
    o->in = field(&f);
    o->out = field(&f);
    o->err = field(&f);
    o->append = field_number(&f) != 0;
    o->umask = field_number(&f);
    u->walltime = field_number(&f);
    u->grace = field_number(&f);
    u->memory_limit = field_number(&f);
    o->env = field_array(&f, 2);
    o->args = field_array(&f, 0);
    return !f.bad && o->args[0];
}

static void environment_mark(struct order *o, const struct unit *u) {
    static char unit[256], owner[128];
    snprintf(unit, sizeof unit, "HPC_UNIT=%s", u->name);
    snprintf(owner, sizeof owner, "HPC_UNIT_OWNER=%s", owner_id);
    o->env[0] = unit;
    o->env[1] = owner;
    char **to = o->env + 2;
    for (char **from = to; *from; from++) {
        if (strncmp(*from, "HPC_UNIT=", 9) != 0 && strncmp(*from, "HPC_UNIT_OWNER=", 15) != 0) {
            *to++ = *from;
        }
    }
    *to = NULL;
}

/* vfork in effect: the child borrows this process's memory until it has called execve, so nothing is copied. */
static pid_t spawn(struct order *o) {
    static char stack[256 << 10] __attribute__((aligned(64)));
    pid_t pid = clone(child_main, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, o);
    if (pid < 0) {
        o->step = STEP_FORK;
        o->error = errno;
    } else if (o->step) {
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
        }
        pid = -1;
    }
    return pid;
}

static void start(struct unit *u) {
    struct order o;
    if (!order_read(u, &o)) {
        unit_failed(u, EINVAL, "cannot understand the order to start", u->name);
    } else {
        environment_mark(&o, u);
        o.doors[0] = o.doors[1] = -1;
        if (u->memory_limit > 0 && groups.version) {
            if (group_make(u)) {
                o.doors[0] = group_door(groups.memory, u);
                o.doors[1] = groups.cpu[0] ? group_door(groups.cpu, u) : -1;
            } else {
                say("%s: cannot make its memory group: %s", u->name, strerror(errno));
            }
        }
        u->start_ticks = boot_ticks();
        u->started = epoch_micros();
        u->pid = spawn(&o);
        for (int i = 0; i < 2; i++) {
            if (o.doors[i] >= 0) {
                close(o.doors[i]);
            }
        }
        if (u->pid < 0) {
            const char *what[] = {"", u->name, o.cwd, o.in, o.out, o.err, o.args[0], o.args[0]};
            if (u->grouped) {
                group_close(u);
            }
            unit_failed(u, o.error, step_words[o.step], what[o.step]);
        } else {
            u->state = RUNNING;
            list_remove(u);
            list_add(&live, u);
            pid_add(u);
            u->walltime_at = u->walltime > 0 ? now_millis() + u->walltime : 0;
            wake_by(u->walltime_at);
            free(u->order);
            u->order = NULL;
            journal_state(&journal, u);
            tell(u);
        }
    }
    free(o.env);
    free(o.args);
}

static const char disk_full[] = "the node cannot write its journal; is the disk full?";

static void refuse(const char *name, int error, const char *words) {
    size_t frame = frame_begin("FAILED");
    frame_field(name);
    frame_number(error);
    frame_field(words);
    frame_end(frame);
}

/* It was never started; the controller may order it again. */
static void unit_refuse(struct unit *u) {
    if (greeted) {
        refuse(u->name, ENOSPC, disk_full);
    }
    buf_print(&journal, "A %s\n", u->name);
    unit_forget(u);
}

static void start_waiting(void) {
    release_held();
    if (!waiting.first) {
        return;
    }
    bool recorded = journal_flush();
    size_t count = waiting.count; /* those that come to it meanwhile are not recorded yet */
    for (size_t i = 0; i < count && i < STARTS_PER_TURN; i++) {
        if (recorded) {
            start(waiting.first);
        } else {
            unit_refuse(waiting.first);
        }
    }
}

/* ---- ending ---- */

static void finish(struct unit *u) {
    if (u->grouped) {
        group_close(u);
    }
    unit_done(u, ENDED);
    journal_state(&journal, u);
    tell(u);
    if (live.count == 0) {
        idle_since = now_millis();
    }
}

static void group_ignore(pid_t pid) {
    (void) pid;
}

/* May anything of a unit be left whose main process has ended? Two system calls if not, as a rule. */
static bool leftovers(const struct unit *u) {
    if (u->grouped && group_members(groups.memory, u->name, group_ignore) > 0) {
        return true;
    }
    if ((kill(-u->pid, 0) == 0 || errno != ESRCH) && !unit_of_pid(u->pid)) {
        return true;
    }
    pid_t *pids;
    size_t count = adopted(&pids);
    for (size_t i = 0; i < count; i++) {
        struct proc p;
        if (live.count == 1 || !proc_read(pids[i], &p) || p.session == u->pid || owner_by_environment(pids[i]) == u) {
            return true;
        }
    }
    return false;
}

/* Ends what a unit's main process has left behind, and the unit once nothing is left. */
static void sweep(struct unit *u) {
    int64_t now = now_millis();
    if (leftovers(u)) {
        bool in_grace = u->stopping && now < u->kill_at; /* those that got TERM with it may still be saving their work */
        if (!in_grace) {
            signal_members(u, SIGKILL);
        }
        if (!u->give_up_at) {
            u->give_up_at = (in_grace ? u->kill_at : now) + LEFTOVER_MILLIS;
        }
        if (members(u) > 0) {
            if (now < u->give_up_at) {
                u->sweep_pause = u->sweep_pause ? (u->sweep_pause < 64 ? u->sweep_pause * 2 : 100) : 1;
                u->sweep_at = now + u->sweep_pause;
                wake_by(u->sweep_at);
                return;
            }
            say("%s: its main process has ended but others of it cannot be killed", u->name);
        }
    }
    finish(u);
}

static void main_ended(struct unit *u, int status, const struct rusage *usage) {
    u->ended = epoch_micros();
    u->code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    u->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    u->utime = (int64_t) usage->ru_utime.tv_sec * 1000000 + usage->ru_utime.tv_usec;
    u->stime = (int64_t) usage->ru_stime.tv_sec * 1000000 + usage->ru_stime.tv_usec;
    u->maxrss = (int64_t) usage->ru_maxrss * 1024;
    u->read = (int64_t) usage->ru_inblock * 512;
    u->written = (int64_t) usage->ru_oublock * 512;
    pid_remove(u);
    u->state = ENDING;
    sweep(u);
}

static void reap(void) {
    bool others = false;
    struct rusage usage;
    int status;
    pid_t pid;
    while ((pid = wait4(-1, &status, WNOHANG, &usage)) > 0) {
        struct unit *u = unit_of_pid(pid);
        if (u) {
            main_ended(u, status, &usage);
        } else {
            others = true;
        }
    }
    for (struct unit *u = live.first, *next; others && u; u = next) {
        next = u->next;
        if (u->state == ENDING) {
            sweep(u);
        }
    }
}

static void stop(struct unit *u, int64_t grace, const char *reason) {
    int64_t at = now_millis() + (grace > 0 ? grace : 0);
    bool again = u->stopping;
    if (!again) {
        u->stopping = true;
        u->walltime_at = u->walltime_left = 0;
        snprintf(u->reason, sizeof u->reason, "%s", token_ok(reason) ? reason : "-");
    }
    if (!again || at < u->kill_at) {
        u->kill_at = at;
        wake_by(at);
    }
    if (u->state == WAITING) { /* it never runs, and ends as by TERM */
        u->ended = u->started = epoch_micros();
        u->signal = SIGTERM;
        free(u->order);
        u->order = NULL;
        finish(u);
    } else if (u->state == ENDING) {
        sweep(u);
    } else if (!again && grace > 0) {
        signal_members(u, SIGTERM);
        signal_members(u, SIGCONT); /* a stopped process hears TERM only then */
    }
}

/* Walltime stands still while a unit is suspended. */
static void signal_unit(struct unit *u, int signal) {
    int64_t now = now_millis();
    if (signal == SIGSTOP && u->walltime_at) {
        u->walltime_left = u->walltime_at > now ? u->walltime_at - now : 1;
        u->walltime_at = 0;
    } else if (signal == SIGCONT && u->walltime_left) {
        u->walltime_at = now + u->walltime_left;
        u->walltime_left = 0;
        wake_by(u->walltime_at);
    }
    signal_members(u, signal);
}

static void unit_timers(struct unit *u, int64_t now) {
    if (u->state == ENDING) {
        if (now >= u->sweep_at || (u->kill_at && now >= u->kill_at)) {
            sweep(u);
        } else {
            wake_by(u->sweep_at);
        }
        return;
    }
    if (u->walltime_at && now >= u->walltime_at) {
        stop(u, u->grace, "walltime");
    }
    if (u->stopping && now >= u->kill_at) {
        signal_members(u, SIGKILL);
        u->kill_at = now + 200; /* once more should it have forked too fast */
    }
    wake_by(u->walltime_at);
    if (u->stopping) {
        wake_by(u->kill_at);
    }
}

static void timers(void) {
    int64_t now = now_millis();
    if (!wake_at || now < wake_at) {
        return;
    }
    wake_at = 0;
    for (struct unit *u = live.first, *next; u; u = next) {
        next = u->next;
        unit_timers(u, now);
    }
    graves_visit(now);
}

/* ---- usage of a live unit ---- */

static int64_t proc_io(pid_t pid, const char *key) {
    char path[64], data[512];
    snprintf(path, sizeof path, "/proc/%d/io", (int) pid);
    char *at = read_file(path, data, sizeof data) > 0 ? strstr(data, key) : NULL;
    return at ? strtoll(at + strlen(key), NULL, 10) : -1;
}

static int64_t proc_peak(pid_t pid) {
    char path[64], data[4096];
    snprintf(path, sizeof path, "/proc/%d/status", (int) pid);
    char *at = read_file(path, data, sizeof data) > 0 ? strstr(data, "\nVmHWM:") : NULL;
    return at ? strtoll(at + 7, NULL, 10) * 1024 : -1;
}

static void add_known(int64_t *sum, int64_t value) {
    if (value >= 0) {
        *sum = (*sum < 0 ? 0 : *sum) + value;
    }
}

static void raise_to(int64_t *peak, int64_t value) {
    if (value > *peak) {
        *peak = value;
    }
}

static void usage_from_group(const struct unit *u, int64_t *cpu, int64_t *memory, int64_t *peak) {
    char path[PATH_MAX];
    group_path(path, groups.memory, u);
    bool v2 = groups.version == 2;
    int64_t current = file_number(path, v2 ? "memory.current" : "memory.usage_in_bytes", NULL);
    int64_t cache = file_number(path, "memory.stat", v2 ? "inactive_file" : "total_inactive_file");
    if (current >= 0) {
        *memory = current - (cache > 0 && cache < current ? cache : 0);
    }
    raise_to(peak, file_number(path, v2 ? "memory.peak" : "memory.max_usage_in_bytes", NULL));
    if (groups.cpu[0]) {
        group_path(path, groups.cpu, u);
        int64_t nanos = file_number(path, "cpuacct.usage", NULL);
        raise_to(cpu, nanos < 0 ? -1 : nanos / 1000);
    } else if (v2) {
        raise_to(cpu, file_number(path, "cpu.stat", "usage_usec"));
    }
}

static bool io_wait_known(void) { /* the kernel counts it only if it is told to */
    static int known = -1;
    if (known < 0) {
        char data[16];
        known = read_file("/proc/sys/kernel/task_delayacct", data, sizeof data) > 0 && data[0] == '1';
    }
    return known;
}

static void tell_usage(struct unit *u) {
    int64_t cpu = -1, memory = -1, peak = u->peak_seen, read = -1, written = -1, wait = -1, ticks = sysconf(_SC_CLK_TCK);
    int count = members(u);
    for (size_t i = 0; i < proc_count; i++) {
        const struct proc *p = &procs[i];
        if (p->member) {
            add_known(&cpu, p->cpu_ticks * 1000000 / ticks);
            add_known(&memory, p->rss_bytes);
            raise_to(&peak, proc_peak(p->pid));
            add_known(&read, proc_io(p->pid, "\nread_bytes: "));
            add_known(&written, proc_io(p->pid, "\nwrite_bytes: "));
            add_known(&wait, io_wait_known() ? p->io_wait_ticks * 1000000 / ticks : -1);
        }
    }
    raise_to(&peak, memory);
    if (u->grouped) {
        usage_from_group(u, &cpu, &memory, &peak);
    }
    raise_to(&u->cpu_seen, cpu); /* what an adopted process used is gone from /proc with it */
    raise_to(&u->peak_seen, peak);
    const int64_t numbers[] = {cpu < 0 ? -1 : u->cpu_seen, memory, peak > 0 ? peak : -1, read, written, wait, count};
    size_t frame = frame_begin("USAGE");
    frame_field(u->name);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        frame_number(numbers[i]);
    }
    frame_end(frame);
}

/* ---- hearing the controller ---- */

static void heard_start(struct fields *f) {
    const char *name = field(f), *kind = field(f);
    int64_t most = field_number(f);
    struct unit *u = f->bad ? NULL : unit_named(name);
    if (u && u->list == &held) {
        u->most = most;
        if (most <= 0) {
            unit_ready(u);
        }
    } else if (u) {
        tell(u);
    } else if (!token_ok(name)) {
        refuse(name, EINVAL, "the name of a unit is of letters, digits, dot, hyphen and underscore");
    } else if (quitting) {
        refuse(name, ESHUTDOWN, "this node is about to quit");
    } else if (journal_retry_at) {
        refuse(name, ENOSPC, disk_full);
    } else {
        u = unit_new(name, &held);
        free(u->kind);
        u->kind = copy(kind);
        u->most = most;
        u->order_len = (size_t) (f->end - f->at);
        u->order = grow(NULL, u->order_len + 1);
        memcpy(u->order, f->at, u->order_len);
        if (most <= 0) {
            unit_ready(u);
        }
    }
}

static void heard_return(const char *name) {
    struct unit *u = unit_named(name);
    if (u && u->list == &held) {
        unit_forget(u);
        u = NULL;
    }
    if (!u) {
        size_t frame = frame_begin("RETURNED");
        frame_field(name);
        frame_end(frame);
    }
}

static void heard_ack(struct unit *u) {
    if (u->state >= ENDED) {
        buf_print(&journal, "A %s\n", u->name);
        unit_forget(u);
    }
}

static void heard_usage(struct unit *u) {
    if (u->state == RUNNING || u->state == ENDING) {
        tell_usage(u);
    }
}

static void heard_each(struct fields *f, void (*each)(struct unit *)) {
    for (int64_t n = field_number(f); !f->bad && n > 0; n--) {
        struct unit *u = unit_named(field(f));
        if (u) {
            each(u);
        }
    }
}

/* Returns whether the frame was understood. */
static bool heard(char *data, size_t len) {
    struct fields f = {data, data + len, false};
    const char *verb = field(&f);
    if (!greeted) {
        if (strcmp(verb, "HELLO") != 0) {
            return false;
        }
        greet();
    } else if (strcmp(verb, "START") == 0) {
        heard_start(&f);
    } else if (strcmp(verb, "RETURN") == 0) {
        heard_return(field(&f));
    } else if (strcmp(verb, "ACK") == 0) {
        heard_each(&f, heard_ack);
    } else if (strcmp(verb, "USAGE") == 0) {
        heard_each(&f, heard_usage);
    } else if (strcmp(verb, "QUIT") == 0) {
        quitting = true;
    } else {
        struct unit *u = unit_named(field(&f));
        int64_t number = field_number(&f);
        bool is_live = u && u->state < ENDED;
        if (strcmp(verb, "STOP") == 0) {
            const char *reason = field(&f);
            if (is_live && !f.bad) {
                stop(u, number, reason);
            }
        } else if (strcmp(verb, "SIGNAL") == 0) {
            if (is_live && u->state != WAITING && !f.bad && number > 0 && number <= SIGRTMAX) {
                signal_unit(u, (int) number);
            }
        } else {
            return false;
        }
    }
    return !f.bad;
}

static void controller_accept(int listener) {
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    struct ucred peer;
    socklen_t len = sizeof peer;
    if (fd < 0) {
        return;
    }
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0 || peer.uid != geteuid()) {
        say("refused a connection of another user");
        close(fd);
        return;
    }
    controller_drop(); /* the newest controller is the right one: an older one may be a JVM that hangs */
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
    controller = fd;
}

static void controller_read(void) {
    buf_reserve(&in, 64 << 10);
    ssize_t n = recv(controller, in.data + in.len, in.cap - in.len, MSG_DONTWAIT);
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
        controller_drop();
        return;
    }
    in.len += n > 0 ? (size_t) n : 0;
    size_t at = 0;
    while (controller >= 0 && in.len - at >= 4) {
        const unsigned char *head = (unsigned char *) in.data + at;
        size_t len = (size_t) head[0] << 24 | (size_t) head[1] << 16 | (size_t) head[2] << 8 | head[3];
        if (len <= MAX_FRAME && in.len - at - 4 < len) {
            break;
        }
        if (len > MAX_FRAME || !heard(in.data + at + 4, len)) {
            say("the controller sent something not understood; its connection is closed");
            controller_drop();
            return;
        }
        at += 4 + len;
    }
    buf_consume(&in, at);
}

/* ---- the node's own life ---- */

/* Of a unit that an earlier process of this node had: in its session, unless its pid is another process's by now. */
static bool in_old_session(const struct proc *p, const struct unit *u) {
    if (u->pid <= 0 || p->session != u->pid || p->start < u->start_ticks) {
        return false;
    }
    const struct proc *leader = proc_find(u->pid);
    return !leader || (leader->start >= u->start_ticks && leader->start <= u->start_ticks + 1000);
}

static bool is_orphan(struct proc *p) {
    for (const struct unit *u = live.first; u; u = u->next) {
        if (in_old_session(p, u)) {
            return true;
        }
    }
    const struct proc *parent = proc_find(p->ppid);
    return (parent && parent->member) || owner_of(p);
}

static void kill_pid(pid_t pid) {
    kill(pid, SIGKILL);
}

static void kill_in_groups(pid_t earlier) {
    char above[PATH_MAX / 2], name[512];
    snprintf(above, sizeof above, "%s", groups.memory);
    *strrchr(above, '/') = 0;
    for (const struct unit *u = live.first; u; u = u->next) {
        snprintf(name, sizeof name, "%u-%d/%s", (unsigned) geteuid(), (int) earlier, u->name);
        group_members(above, name, kill_pid);
    }
}

/* Kills what is left of units that were live when an earlier process of this node died, and records their loss. */
static void recover(pid_t earlier) {
    int64_t give_up = now_millis() + LEFTOVER_MILLIS;
    bool more = earlier > 0 && live.first;
    while (more && now_millis() < give_up) {
        if (groups.version) {
            kill_in_groups(earlier);
        }
        procs_fresh = more = false;
        procs_read();
        for (bool found = true; found;) {
            found = false;
            for (size_t i = 0; i < proc_count; i++) {
                struct proc *p = &procs[i];
                if (!p->member && p->state != 'Z' && p->pid != self && is_orphan(p)) {
                    p->member = found = more = true;
                    kill(p->pid, SIGKILL);
                }
            }
        }
        usleep(more ? 5000 : 0);
    }
    while (live.first) {
        unit_done(live.first, LOST);
    }
}

static void background(void) {
    int ready[2];
    if (pipe2(ready, O_CLOEXEC) != 0) {
        die('E', "cannot make a pipe: %s", strerror(errno));
    }
    ready_fd = ready[1];
    pid_t pid = fork();
    if (pid < 0) {
        fprintf(stderr, "hpc-node: cannot start a process: %s\n", strerror(errno));
        exit(1);
    }
    if (pid == 0) {
        setsid();
        pid = fork();
        if (pid < 0) {
            die('E', "cannot start a process: %s", strerror(errno));
        }
        if (pid > 0) {
            _exit(0);
        }
        close(ready[0]);
        self = getpid();
        return;
    }
    close(ready[1]);
    char line[PIPE_BUF + 1];
    size_t len = 0;
    ssize_t n;
    while (len < sizeof line - 1 && (n = read(ready[0], line + len, sizeof line - 1 - len)) != 0) {
        len += n > 0 ? (size_t) n : 0;
    }
    line[len] = 0;
    if (line[0] == 'R') {
        exit(0);
    }
    fprintf(stderr, "hpc-node: %s\n", len > 0 ? line + 1 : "the node ended while it was starting; see its node.log");
    exit(line[0] == 'L' ? 3 : 1);
}

static int lock_fd = -1;

static void take_folder(const char *dir) {
    if (chdir(dir) != 0) {
        die('E', "cannot use the folder %s: %s", dir, strerror(errno));
    }
    inherited_umask = umask(077);
    lock_fd = open("lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock_fd < 0) {
        die('E', "cannot open %s/lock: %s", dir, strerror(errno));
    }
    if (flock(lock_fd, LOCK_EX | LOCK_NB) != 0) {
        die(errno == EWOULDBLOCK ? 'L' : 'E', "another process minds the node of %s", dir);
    }
    struct stat log_stat;
    bool long_log = stat("node.log", &log_stat) == 0 && log_stat.st_size > 1 << 20;
    int log = open("node.log", O_WRONLY | O_CREAT | O_APPEND | (long_log ? O_TRUNC : 0), 0600);
    int null = open("/dev/null", O_RDWR);
    if (log < 0 || null < 0) {
        die('E', "cannot open %s/node.log: %s", dir, strerror(errno));
    }
    dup2(null, 0);
    dup2(log, 1);
    dup2(log, 2);
    if (log > 2) {
        close(log);
    }
    if (null > 2) {
        close(null);
    }
    struct stat folder;
    if (stat(".", &folder) != 0) {
        die('E', "cannot examine %s: %s", dir, strerror(errno));
    }
    snprintf(owner_id, sizeof owner_id, "%llx-%llx-%u", (unsigned long long) folder.st_dev,
            (unsigned long long) folder.st_ino, (unsigned) geteuid());
}

static int signals_open(void) {
    /* What was ignored where the JVM was started is not for jobs to inherit; signal() leaves out two signals. */
    static const unsigned long by_default[8]; /* the kernel's struct sigaction; SIG_DFL is 0 */
    for (int i = 1; i <= 64; i++) {
        syscall(SYS_rt_sigaction, i, by_default, NULL, 8);
    }
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    sigset_t heeded;
    sigemptyset(&heeded);
    sigaddset(&heeded, SIGCHLD);
    sigaddset(&heeded, SIGTERM);
    sigaddset(&heeded, SIGINT);
    sigprocmask(SIG_SETMASK, &heeded, NULL);
    return signalfd(-1, &heeded, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* The name is relative, as an absolute one may be longer than the 107 bytes a socket's address holds. */
static int listener_open(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "socket"};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    unlink("socket");
    if (fd < 0 || bind(fd, (struct sockaddr *) &address, sizeof address) != 0 || listen(fd, 16) != 0) {
        die('E', "cannot listen on the node's socket: %s", strerror(errno));
    }
    return fd;
}

static void watch(int fd) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (fd < 0 || epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0) {
        die('E', "cannot watch for events: %s", strerror(errno));
    }
}

static void write_pid_file(void) {
    char pid[32];
    snprintf(pid, sizeof pid, "%d\n", (int) self);
    if (!write_file("pid.new", O_CREAT | O_TRUNC, pid) || rename("pid.new", "pid") != 0) {
        die('E', "cannot write the node's pid file: %s", strerror(errno));
    }
}

__attribute__((noreturn)) static void leave(void) {
    say("leaving");
    unlink("socket");
    unlink("pid");
    if (groups.version) {
        rmdir(groups.memory);
        rmdir(groups.cpu);
    }
    _exit(0);
}

static int pause_millis(int64_t idle_exit) {
    if (waiting.first) {
        return 0;
    }
    int64_t at = wake_at;
    if (journal_retry_at && (!at || journal_retry_at < at)) {
        at = journal_retry_at;
    } else if (journal_lazy_at && (!at || journal_lazy_at < at)) {
        at = journal_lazy_at;
    }
    if (controller < 0 && live.count == 0 && (!at || idle_since + idle_exit < at)) {
        at = idle_since + idle_exit;
    }
    int64_t left = at ? at - now_millis() : FOLDER_CHECK_MILLIS;
    return left < 0 ? 0 : left > FOLDER_CHECK_MILLIS ? FOLDER_CHECK_MILLIS : (int) left;
}

/* Units of a node whose folder was removed could never be found, told of or stopped again: they are ended. */
static void folder_check(void) {
    static int64_t next;
    int64_t now = now_millis();
    if (controller >= 0 || !live.first || now < next) {
        return;
    }
    next = now + FOLDER_CHECK_MILLIS;
    struct stat lock;
    if (fstat(lock_fd, &lock) != 0 || lock.st_nlink > 0) {
        return;
    }
    for (struct unit *u = live.first, *after; u; u = after) {
        after = u->next;
        stop(u, LEFTOVER_MILLIS, "folder-removed");
    }
}

static void signals_read(int fd) {
    struct signalfd_siginfo signals[16];
    ssize_t n;
    bool children = false;
    while ((n = read(fd, signals, sizeof signals)) > 0) {
        for (size_t i = 0; i < (size_t) n / sizeof *signals; i++) {
            if (signals[i].ssi_signo == SIGCHLD) {
                children = true;
            } else {
                quitting = true;
            }
        }
        if ((size_t) n < sizeof signals) {
            break;
        }
    }
    if (children) {
        reap();
    }
}

__attribute__((noreturn)) static void serve(int listener, int signals, int64_t idle_exit) {
    idle_since = now_millis();
    for (;;) {
        struct epoll_event events[8];
        int count = epoll_wait(epoll_fd, events, 8, pause_millis(idle_exit));
        procs_fresh = false;
        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            if (fd == signals) {
                signals_read(fd);
            } else if (fd == listener) {
                controller_accept(fd);
            } else if (fd == controller && events[i].events & ~(uint32_t) EPOLLOUT) {
                controller_read();
            }
        }
        timers();
        folder_check();
        start_waiting();
        journal_settle();
        journal_tidy();
        controller_flush();
        if (journal.len == 0 && live.count == 0 && !waiting.first && !held.first) {
            bool idle = controller < 0 && now_millis() >= idle_since + idle_exit;
            if (idle || (quitting && done.count == 0)) {
                leave();
            }
        }
    }
}

static void usage_exit(void) {
    fprintf(stderr, "usage: hpc-node --dir FOLDER --name NAME [--cgroup-root FOLDER] [--idle-exit SECONDS]\n");
    exit(2);
}

int main(int argc, char **argv) {
    const char *dir = NULL, *cgroup_root = "/sys/fs/cgroup";
    int64_t idle_exit = 10;
    for (int i = 1; i < argc; i += 2) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (!value) {
            usage_exit();
        } else if (strcmp(argv[i], "--dir") == 0) {
            dir = value;
        } else if (strcmp(argv[i], "--name") == 0) {
            node_name = value;
        } else if (strcmp(argv[i], "--cgroup-root") == 0) {
            cgroup_root = value;
        } else if (strcmp(argv[i], "--idle-exit") == 0) {
            idle_exit = atoll(value);
        } else {
            usage_exit();
        }
    }
    if (!dir || !node_name) {
        usage_exit();
    }
    syscall(SYS_close_range, 3, ~0u, 0);
    background();
    take_folder(dir);
    if (read_file("/proc/sys/kernel/random/boot_id", boot_id, sizeof boot_id) <= 0) {
        strcpy(boot_id, "-");
    }
    boot_id[strcspn(boot_id, "\n")] = 0;
    node_started = epoch_micros();
    name_table_grow();
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    int signals = signals_open();
    groups_find(cgroup_root);
    recover(journal_read());
    if (!journal_compact()) {
        die('E', "cannot write the journal in %s: %s", dir, strerror(errno));
    }
    int listener = listener_open();
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    watch(listener);
    watch(signals);
    write_pid_file();
    say("node %s is ready, pid %d, memory limits by cgroup: %d", node_name, (int) self, groups.version);
    dprintf(ready_fd, "R");
    close(ready_fd);
    ready_fd = -1;
    serve(listener, signals, idle_exit * 1000);
}
