/*
 * The baseline of the local benchmarks: starts `true` N times with posix_spawn, PARALLEL at a time, and prints jobs per
 * second. With DIR each job writes to a stdout and a stderr file of its own there.
 *
 *     cc -O2 -o spawn-loop spawn-loop.c && ./spawn-loop 5000 2 /tmp/out
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static void fail(const char *what, int error) {
    fprintf(stderr, "spawn-loop: %s: %s\n", what, strerror(error));
    exit(1);
}

static void start(long job, const char *dir) {
    char *argv[] = {"true", NULL};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    if (dir) {
        char path[4096];
        const char *suffix[] = {"out", "err"};
        for (int i = 0; i < 2; i++) {
            snprintf(path, sizeof path, "%s/%ld.%s", dir, job, suffix[i]);
            posix_spawn_file_actions_addopen(&actions, i + 1, path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
        }
    }
    pid_t pid;
    int error = posix_spawn(&pid, "/bin/true", &actions, NULL, argv, environ);
    if (error) {
        fail("cannot start /bin/true", error);
    }
    posix_spawn_file_actions_destroy(&actions);
}

static void await_one(void) {
    int status;
    if (waitpid(-1, &status, 0) < 0) {
        fail("waitpid", errno);
    }
    if (status != 0) {
        fprintf(stderr, "spawn-loop: a job ended with status %d\n", status);
        exit(1);
    }
}

int main(int argc, char **argv) {
    long jobs = argc > 1 ? atol(argv[1]) : 0;
    long parallel = argc > 2 ? atol(argv[2]) : 0;
    if (argc > 4 || jobs < 1 || parallel < 1) {
        fprintf(stderr, "usage: spawn-loop N PARALLEL [DIR]\n");
        return 2;
    }
    struct timespec begin, end;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (long job = 0; job < jobs; job++) {
        if (job >= parallel) {
            await_one();
        }
        start(job, argc > 3 ? argv[3] : NULL);
    }
    for (long left = jobs < parallel ? jobs : parallel; left > 0; left--) {
        await_one();
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    double seconds = (double) (end.tv_sec - begin.tv_sec) + (double) (end.tv_nsec - begin.tv_nsec) / 1e9;
    printf("%.1f\n", (double) jobs / seconds);
    return 0;
}
