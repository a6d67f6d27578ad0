#include "run.h"

#include <errno.h>
#include <time.h>

enum { POLL_MS = 100, MS_PER_S = 1000, NS_PER_MS = 1000000, NS_PER_S = 1000000000 };

static uint64_t host_milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * MS_PER_S + (uint64_t)now.tv_nsec / NS_PER_MS;
}

/* True if the watchdog shall stop. */
static bool pause_for_a_while(struct run_watchdog *watchdog) {
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += (long)POLL_MS * NS_PER_MS;
    if (until.tv_nsec >= NS_PER_S) {
        until.tv_nsec -= NS_PER_S;
        until.tv_sec++;
    }
    pthread_mutex_lock(&watchdog->mutex);
    while (!watchdog->stop)
        if (pthread_cond_timedwait(&watchdog->changed, &watchdog->mutex, &until) == ETIMEDOUT)
            break;
    bool stop = watchdog->stop;
    pthread_mutex_unlock(&watchdog->mutex);
    return stop;
}

static void *watch(void *context) {
    struct run_watchdog *watchdog = context;
    uint64_t limit = (uint64_t)watchdog->seconds * MS_PER_S;
    uint64_t steps = rd_steps(watchdog->world);
    uint64_t since = host_milliseconds();

    while (!pause_for_a_while(watchdog)) {
        uint64_t steps_now = rd_steps(watchdog->world);
        uint64_t now = host_milliseconds();
        if (steps_now != steps || atomic_load(&watchdog->host_busy)) {
            steps = steps_now;
            since = now;
        } else if (now - since >= limit) {
            watchdog->stuck(watchdog->context);
            break;
        }
    }
    return NULL;
}

bool run_watchdog_start(struct run_watchdog *watchdog) {
    pthread_condattr_t attributes;

    watchdog->started = watchdog->stop = false;
    if (watchdog->seconds == 0)
        return true;
    pthread_mutex_init(&watchdog->mutex, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&watchdog->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    watchdog->started = pthread_create(&watchdog->thread, NULL, watch, watchdog) == 0;
    return watchdog->started;
}

void run_watchdog_stop(struct run_watchdog *watchdog) {
    if (!watchdog->started)
        return;
    pthread_mutex_lock(&watchdog->mutex);
    watchdog->stop = true;
    pthread_cond_signal(&watchdog->changed);
    pthread_mutex_unlock(&watchdog->mutex);
    pthread_join(watchdog->thread, NULL);
    pthread_cond_destroy(&watchdog->changed);
    pthread_mutex_destroy(&watchdog->mutex);
    watchdog->started = false;
}
