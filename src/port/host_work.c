/* host_work.c - forked processes; each sends its result through a pipe. */
#define _GNU_SOURCE
#include "port/host_work.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WATCH_MS = 100, NS_PER_MS = 1000000, NS_PER_S = 1000000000, FIRST_ROOM = 256 };
enum { WORKER_DONE = 0, WORKER_BAD = 1 };

double host_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / NS_PER_S;
}

void host_pause(double seconds) {
    const struct timespec pause = {.tv_nsec = (long)(seconds * NS_PER_S)};
    if (pause.tv_nsec)
        nanosleep(&pause, NULL);
    else
        sched_yield();
}

void *host_share(size_t size) {
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

void host_unshare(void *memory, size_t size) {
    if (memory)
        munmap(memory, size);
}

/* ---- one worker ------------------------------------------------------------------------------ */

struct worker {
    pid_t pid;
    int pipe; /* -1: nothing more comes */
    char *text;
    size_t used, room;
};

static _Noreturn void send_and_leave(const char *result, int pipe) {
    size_t size = result ? strlen(result) : 0;
    for (size_t sent = 0; sent < size;) {
        ssize_t count = write(pipe, result + sent, size - sent);
        if (count < 0 && errno != EINTR)
            _exit(WORKER_BAD);
        sent += count > 0 ? (size_t)count : 0;
    }
    _exit(WORKER_DONE); /* what the parent has buffered is the parent's to write */
}

/* Nobody would read the result of a worker whose parent was killed. */
static void end_with(pid_t parent) {
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    if (getppid() != parent)
        _exit(WORKER_BAD);
}

struct watcher {
    const struct host_work *work;
    unsigned index;
    int pipe;
};

static void *watch_worker(void *context) {
    const struct watcher *w = context;
    const struct timespec pause = {.tv_nsec = (long)WATCH_MS * NS_PER_MS};
    uint64_t pulse = 0;
    double since = host_seconds();
    for (;;) {
        nanosleep(&pause, NULL);
        uint64_t now = w->work->pulse(w->work->context);
        if (!now || now != pulse)
            since = host_seconds();
        else if (host_seconds() - since >= w->work->patience)
            send_and_leave(w->work->stuck(w->index, w->work->context), w->pipe);
        pulse = now;
    }
}

static _Noreturn void work_and_leave(const struct host_work *work, unsigned index, int pipe) {
    struct watcher watcher = {.work = work, .index = index, .pipe = pipe};
    pthread_t thread;
    if (work->patience > 0 && pthread_create(&thread, NULL, watch_worker, &watcher) != 0)
        _exit(WORKER_BAD);
    send_and_leave(work->run(index, work->context), pipe);
}

static bool start(const struct host_work *work, unsigned index, struct worker *worker) {
    int ends[2];
    pid_t parent = getpid();
    worker->pipe = -1;
    worker->pid = -1;
    fflush(NULL);
    if (pipe(ends) != 0)
        return false;
    worker->pid = fork();
    if (worker->pid == 0) {
        close(ends[0]);
        end_with(parent);
        work_and_leave(work, index, ends[1]);
    }
    close(ends[1]);
    if (worker->pid < 0) {
        close(ends[0]);
        return false;
    }
    worker->pipe = ends[0];
    return true;
}

/* False: the host has no memory for it. */
static bool receive(struct worker *worker) {
    if (worker->room - worker->used < FIRST_ROOM) {
        char *grown = realloc(worker->text, worker->room * 2 + FIRST_ROOM * 2);
        if (!grown)
            return false;
        worker->text = grown;
        worker->room = worker->room * 2 + FIRST_ROOM * 2;
    }
    ssize_t count =
        read(worker->pipe, worker->text + worker->used, worker->room - worker->used - 1);
    if (count < 0 && errno == EINTR)
        return true;
    if (count <= 0) {
        close(worker->pipe);
        worker->pipe = -1;
        return true;
    }
    worker->used += (size_t)count;
    worker->text[worker->used] = '\0';
    return true;
}

/* ---- all of them ----------------------------------------------------------------------------- */

static bool receive_all(const struct host_work *work, struct worker *workers,
                        struct pollfd *polled) {
    bool good = true;
    for (;;) {
        unsigned open = 0;
        for (unsigned i = 0; i < work->workers; i++) {
            polled[i] = (struct pollfd){.fd = workers[i].pipe, .events = POLLIN};
            open += workers[i].pipe >= 0;
        }
        if (!open || !good)
            return good;
        if (poll(polled, work->workers, WATCH_MS) <= 0)
            memset(polled, 0, work->workers * sizeof *polled);
        for (unsigned i = 0; i < work->workers; i++)
            if (polled[i].revents) {
                good = receive(&workers[i]) && good;
                if (workers[i].pipe < 0 && !workers[i].used && work->lost)
                    work->lost(work->context);
            }
        if (work->watch)
            work->watch(work->context);
    }
}

static bool ended_well(const struct worker *worker) {
    int status = 0;
    while (waitpid(worker->pid, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    return WIFEXITED(status) && WEXITSTATUS(status) == WORKER_DONE;
}

bool host_work_run(const struct host_work *work) {
    struct worker *workers = calloc(work->workers, sizeof *workers);
    struct pollfd *polled = calloc(work->workers, sizeof *polled);
    bool good = workers && polled;
    unsigned started = 0;
    while (good && started < work->workers) {
        good = start(work, started, &workers[started]);
        started += good;
    }
    good = good && receive_all(work, workers, polled);
    for (unsigned i = 0; i < started; i++) {
        if (workers[i].pipe >= 0)
            close(workers[i].pipe);
        good = ended_well(&workers[i]) && good;
        work->results[i] = workers[i].used ? workers[i].text : NULL;
        if (!workers[i].used)
            free(workers[i].text);
    }
    free(workers);
    free(polled);
    return good;
}
