/*
 * carrier_pthread.c - contexts as OS threads that pass one baton.
 *
 * Whoever holds the baton runs; all others sleep in baton_wait, so the holder may read and write
 * every struct here. A sleeping OS thread whose frames nobody wants any more (restart, release,
 * final switch) is not woken for that: it is marked `discard`, and when it gets the baton again,
 * perhaps for another context, it jumps back to os_thread_main and begins there.
 */
#define _GNU_SOURCE
#include "port_internal.h"

#include <assert.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#ifdef __linux__
#include <limits.h>
#include <link.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#endif

/* ---- the baton ------------------------------------------------------------------------------- */

#ifdef __linux__

enum { BATON_AWAY, BATON_HERE, BATON_AWAITED };

struct port_baton {
    _Atomic uint32_t state;
};

static void baton_init(struct port_baton *baton) {
    atomic_init(&baton->state, BATON_AWAY);
}

static void baton_close(struct port_baton *baton) {
    (void)baton;
}

/*
 * After the exchange the waiter may run and its baton be gone. The wake-up then wakes nobody, or
 * somebody else who looks again and goes back to sleep.
 */
static void baton_pass(struct port_baton *baton) {
    if (atomic_exchange_explicit(&baton->state, BATON_HERE, memory_order_acq_rel) == BATON_AWAITED)
        syscall(SYS_futex, &baton->state, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static void baton_wait(struct port_baton *baton) {
    uint32_t state = BATON_AWAY;
    if (atomic_compare_exchange_strong_explicit(&baton->state, &state, BATON_AWAITED,
                                                memory_order_acquire, memory_order_acquire))
        do {
            syscall(SYS_futex, &baton->state, FUTEX_WAIT_PRIVATE, BATON_AWAITED, NULL, NULL, 0);
        } while (atomic_load_explicit(&baton->state, memory_order_acquire) == BATON_AWAITED);
    atomic_store_explicit(&baton->state, BATON_AWAY, memory_order_relaxed);
}

#else

struct port_baton {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool here;
};

static void baton_init(struct port_baton *baton) {
    pthread_mutex_init(&baton->lock, NULL);
    pthread_cond_init(&baton->changed, NULL);
    baton->here = false;
}

static void baton_close(struct port_baton *baton) {
    pthread_cond_destroy(&baton->changed);
    pthread_mutex_destroy(&baton->lock);
}

static void baton_pass(struct port_baton *baton) {
    pthread_mutex_lock(&baton->lock);
    baton->here = true;
    pthread_cond_signal(&baton->changed);
    pthread_mutex_unlock(&baton->lock);
}

static void baton_wait(struct port_baton *baton) {
    pthread_mutex_lock(&baton->lock);
    while (!baton->here)
        pthread_cond_wait(&baton->changed, &baton->lock);
    baton->here = false;
    pthread_mutex_unlock(&baton->lock);
}

#endif

/* ---- OS threads ------------------------------------------------------------------------------ */

struct port_os_thread {
    struct port *port;
    pthread_t id;
    struct port_baton baton;
    struct port_stack stack;
    void *signal_stack;
    port_entry *entry;
    void *argument;
    bool discard; /* the frames are dead: begin again when the baton comes */
    bool ending;  /* ... and then end */
    bool fenced;  /* the page above the context's frames is inaccessible */
    sigjmp_buf start;
    uintptr_t stack_top; /* the frames above belong to os_thread_main */
    struct port_os_thread *next_idle;
    struct port_os_thread *next;
};

static void os_thread_wait(struct port_os_thread *self) {
    baton_wait(&self->baton);
    if (self->discard)
        siglongjmp(self->start, 1);
}

/* In a frame of its own, so that the address of that frame marks where the context's stack begins.
 */
__attribute__((noinline)) static _Noreturn void os_thread_run(struct port_os_thread *self) {
    self->stack_top = (uintptr_t)__builtin_frame_address(0);
    self->entry(self->argument);
    port_pthread_switch_final(self->port, self->port->ending, self->port->successor);
}

/*
 * The C library keeps the thread's own data at the top of its stack. Simulated code that writes
 * beyond its frames must not reach them, so a page between the two is made inaccessible, once: a
 * restarted context comes by with the same stack pointer. AddressSanitizer reads whole stacks.
 */
__attribute__((noinline)) static _Noreturn void os_thread_fence(struct port_os_thread *self) {
#ifndef RD_PORT_ASAN
    size_t page = self->port->stacks.page_size;
    uintptr_t room = (uintptr_t)__builtin_alloca(2 * page);
    if (!self->fenced)
        port_stack_fence(&self->port->stacks, (char *)((room + page - 1) & ~(page - 1)), page);
    self->fenced = true;
#endif
    os_thread_run(self);
}

static void *os_thread_main(void *argument) {
    struct port_os_thread *const self = argument;
    struct port_thread *const thread = port_this_thread();
    stack_t host_signal_stack;
    bool restore = port_signal_stack_set(self->signal_stack, &host_signal_stack);
    thread->visits[0] = (struct port_visit){self->port, 1};
    thread->visit_count = 1;
    thread->port = self->port;
    thread->world = self->port->world;

    /* A new thread has `discard` set: the first wait, too, ends with a jump back to here. */
    if (sigsetjmp(self->start, 0) == 0)
        os_thread_wait(self);
    self->discard = false;
    if (!self->ending)
        os_thread_fence(self);

    /* The host's own signal stack must be back in place: AddressSanitizer frees what it finds. */
    if (restore)
        port_signal_stack_restore(&host_signal_stack);
    return NULL;
}

/*
 * What the C library and the sanitizers take from the top of a thread's stack before its first
 * function runs: mainly the thread-local variables of all loaded objects.
 */
#ifdef __linux__
/* ThreadSanitizer does not see the lock that the dynamic linker holds meanwhile. */
#ifdef RD_PORT_TSAN
__attribute__((no_sanitize_thread))
#endif
static int
add_tls_size(struct dl_phdr_info *info, size_t size, void *total) {
    (void)size;
    for (size_t i = 0; i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_TLS)
            *(size_t *)total += info->dlpi_phdr[i].p_memsz + info->dlpi_phdr[i].p_align;
    return 0;
}
#endif

void port_pthread_init(struct port *port) {
    size_t overhead = 16 * 1024;
#ifdef __linux__
    dl_iterate_phdr(add_tls_size, &overhead);
#endif
#if defined(RD_PORT_ASAN) || defined(RD_PORT_TSAN)
    overhead += 256 * 1024;
#endif
    overhead += 2 * port->stacks.page_size; /* for the fence */
    long minimum = sysconf(_SC_THREAD_STACK_MIN);
    port->os_thread_overhead = minimum > 0 ? overhead + (size_t)minimum : overhead;
}

/* Signals meant for the host process must not interrupt a simulated thread. */
static int create_with_signals_blocked(struct port_os_thread *thread) {
    sigset_t faults, blocked, saved;
    port_faults_signal_set(&faults);
    sigfillset(&blocked);
    for (int number = 1; number < NSIG; number++)
        if (sigismember(&faults, number) == 1)
            sigdelset(&blocked, number);
    pthread_attr_t attributes;
    int error = pthread_attr_init(&attributes);
    if (error != 0)
        return error;
    error = pthread_attr_setstack(&attributes, thread->stack.base, thread->stack.size);
    if (error == 0) {
        pthread_sigmask(SIG_SETMASK, &blocked, &saved);
        error = pthread_create(&thread->id, &attributes, os_thread_main, thread);
        pthread_sigmask(SIG_SETMASK, &saved, NULL);
    }
    pthread_attr_destroy(&attributes);
    return error;
}

static struct port_os_thread *os_thread_create(struct port *port, size_t stack_size) {
    struct port_os_thread *thread = calloc(1, sizeof *thread);
    if (thread == NULL)
        return NULL;
    if (!port_stack_take(&port->stacks, stack_size, &thread->stack)) {
        free(thread);
        return NULL;
    }
    thread->port = port;
    thread->discard = true;
    baton_init(&thread->baton);
    thread->signal_stack = port_map(PORT_SIGNAL_STACK_SIZE);
    if (thread->signal_stack == NULL || create_with_signals_blocked(thread) != 0) {
        port_unmap(thread->signal_stack, PORT_SIGNAL_STACK_SIZE);
        baton_close(&thread->baton);
        port_stack_give(&port->stacks, &thread->stack);
        free(thread);
        return NULL;
    }
    thread->next = port->os_threads;
    port->os_threads = thread;
    port->os_thread_count++;
    return thread;
}

static void os_thread_retire(struct port *port, struct port_os_thread *thread) {
    unsigned index = port_stack_class_of(thread->stack.size);
    thread->discard = true;
    thread->next_idle = port->idle[index];
    port->idle[index] = thread;
    port->stacks.in_use--;
}

/* An idle OS thread keeps its stack, but to the statistics that stack is not in use. */
static struct port_os_thread *os_thread_reuse(struct port *port, size_t stack_size) {
    unsigned index = port_stack_class_of(stack_size);
    struct port_os_thread *thread = index < PORT_STACK_CLASSES ? port->idle[index] : NULL;
    if (thread != NULL) {
        port->idle[index] = thread->next_idle;
        port->stacks.in_use++;
    }
    return thread;
}

void port_pthread_end_all(struct port *port) {
    struct port_os_thread *thread = port->os_threads;
    while (thread != NULL) {
        struct port_os_thread *next = thread->next;
        thread->discard = true;
        thread->ending = true;
        baton_pass(&thread->baton);
        pthread_join(thread->id, NULL);
        baton_close(&thread->baton);
        port_unmap(thread->signal_stack, PORT_SIGNAL_STACK_SIZE);
        free(thread);
        thread = next;
    }
    port->os_threads = NULL;
}

/* ---- contexts -------------------------------------------------------------------------------- */

bool port_pthread_start(struct port *port, struct port_context *context, size_t stack_size) {
    size_t overhead = port->os_thread_overhead;
    if (stack_size > SIZE_MAX - overhead)
        return false;
    struct port_os_thread *thread = os_thread_reuse(port, stack_size + overhead);
    if (thread == NULL)
        thread = os_thread_create(port, stack_size + overhead);
    if (thread == NULL)
        return false;
    context->os = thread;
    context->stack = thread->stack;
    port_pthread_restart(port, context);
    return true;
}

void port_pthread_restart(struct port *port, struct port_context *context) {
    (void)port;
    context->os->entry = context->entry;
    context->os->argument = context->argument;
    context->os->discard = true;
}

void port_pthread_release(struct port *port, struct port_context *context) {
    os_thread_retire(port, context->os);
    *context = (struct port_context){0};
}

static struct port_baton *baton_of(const struct port_context *context) {
    return context->os != NULL ? &context->os->baton : context->sp;
}

/* A context of the host sleeps on a baton in its own frame. */
static void switch_from_host(struct port *port, struct port_context *from,
                             struct port_context *to) {
    struct port_baton baton;
    baton_init(&baton);
    from->sp = &baton;
    port_set_current(port, to);
    baton_pass(baton_of(to));
    baton_wait(&baton);
    baton_close(&baton);
    from->sp = NULL;
}

void port_pthread_switch(struct port *port, struct port_context *from, struct port_context *to) {
    struct port_os_thread *self = from->os;
    if (self == NULL) {
        switch_from_host(port, from, to);
        return;
    }
    port_set_current(port, to);
    baton_pass(baton_of(to));
    os_thread_wait(self);
}

_Noreturn void port_pthread_switch_final(struct port *port, struct port_context *from,
                                         struct port_context *to) {
    struct port_os_thread *self = from->os;
    os_thread_retire(port, self);
    *from = (struct port_context){0};
    port_set_current(port, to);
    baton_pass(baton_of(to));
    os_thread_wait(self);
    abort(); /* `discard` is set: the wait does not return */
}

uintptr_t port_pthread_stack_top(const struct port_context *context) {
    return context->os->stack_top;
}
