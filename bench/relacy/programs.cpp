// programs.cpp - see relacy.h. Every access to a shared variable is sequentially consistent, as in
// Rundown; what is a plain variable there is an rl::var here, which Relacy watches for races.
#include <relacy/relacy.hpp>
#include <relacy/windows.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sstream>

#include "relacy/relacy.h"

namespace {

template <unsigned count, unsigned rounds> struct load_and_store {
    static const unsigned threads = count;
    rl::atomic<int> shared;

    void begin() { shared($) = 0; }
    void end() {}
    void run(unsigned) {
        for (unsigned i = 0; i < rounds; i++)
            shared.store(shared.load(rl::mo_seq_cst, $) + 1, rl::mo_seq_cst, $);
    }
};

struct private_points {
    static const unsigned threads = 4;
    rl::atomic<int> values[threads];

    void begin() {
        for (rl::atomic<int> &value : values)
            value($) = 0;
    }
    void end() {}
    void run(unsigned index) {
        for (int i = 0; i < 5; i++)
            values[index].fetch_add(1, rl::mo_seq_cst, $);
    }
};

struct wait_for_condition {
    static const unsigned threads = 3;
    CRITICAL_SECTION section;
    CONDITION_VARIABLE condition;
    rl::var<int> ready;

    void begin() {
        InitializeCriticalSection(&section);
        InitializeConditionVariable(&condition);
        ready($) = 0;
    }
    void end() {
        DeleteConditionVariable(&condition);
        DeleteCriticalSection(&section);
    }
    void run(unsigned index) {
        EnterCriticalSection(&section);
        if (index == 0) {
            ready($) = 1;
            WakeAllConditionVariable(&condition);
        } else {
            while (!ready($))
                SleepConditionVariableCS(&condition, &section, INFINITE);
        }
        LeaveCriticalSection(&section);
    }
};

struct wait_then_lock {
    static const unsigned threads = 3;
    CRITICAL_SECTION section;
    HANDLE event;

    void begin() {
        InitializeCriticalSection(&section);
        event = CreateEvent(nullptr, 1, 0, nullptr);
    }
    void end() {
        CloseHandle(event);
        DeleteCriticalSection(&section);
    }
    void run(unsigned index) {
        if (index == 0) {
            SetEvent(event);
            return;
        }
        WaitForSingleObject(event, INFINITE);
        EnterCriticalSection(&section);
        LeaveCriticalSection(&section);
    }
};

// Relacy's usual way: the threads are there when the execution begins.
template <class program> struct fixed : rl::test_suite<fixed<program>, program::threads>, program {
    void before() { program::begin(); }
    void after() { program::end(); }
    void thread(unsigned index) { program::run(index); }
};

// What a Windows program does: one thread creates the others and waits for them.
template <class program> struct created : rl::test_suite<created<program>, 1>, program {
    static const rl::thread_id_t dynamic_thread_count = program::threads;
    struct parameter {
        created *self;
        unsigned index;
    } parameters[program::threads];

    void before() { program::begin(); }
    void after() { program::end(); }
    void thread(unsigned) {
        HANDLE handles[program::threads];
        for (unsigned i = 0; i < program::threads; i++) {
            parameters[i] = {this, i};
            handles[i] = CreateThread(nullptr, 0, start, &parameters[i], 0, nullptr);
        }
        WaitForMultipleObjects(program::threads, handles, 1, INFINITE);
    }
    static unsigned long RL_STDCALL start(void *context) {
        parameter *p = static_cast<parameter *>(context);
        p->self->run(p->index);
        return 0;
    }
};

template <class suite> uint64_t simulate(rl::scheduler_type_e scheduler, uint64_t executions) {
    std::ostringstream output;
    rl::test_params params;
    params.output_stream = params.progress_stream = &output;
    params.search_type = scheduler;
    params.iteration_count = executions;
    if (!rl::simulate<suite>(params)) {
        std::fprintf(stderr, "bench_relacy: %s\n", output.str().c_str());
        std::exit(1);
    }
    return params.stop_iteration;
}

template <class program> uint64_t search(relacy_search kind, uint64_t executions) {
    switch (kind) {
    case RELACY_RANDOM:
        return simulate<fixed<program>>(rl::sched_random, executions);
    case RELACY_RANDOM_CREATED:
        return simulate<created<program>>(rl::sched_random, executions);
    default:
        return simulate<fixed<program>>(rl::sched_full, executions);
    }
}

const struct {
    const char *name;
    uint64_t (*search)(relacy_search, uint64_t);
} programs[] = {
    {"a", search<load_and_store<2, 3>>}, {"a5", search<load_and_store<2, 5>>},
    {"3x2", search<load_and_store<3, 2>>}, {"b", search<wait_for_condition>},
    {"b'", search<wait_then_lock>}, {"c", search<private_points>},
};

} // namespace

uint64_t run_relacy(const char *name, relacy_search kind, uint64_t executions) {
    for (const auto &program : programs)
        if (std::strcmp(program.name, name) == 0)
            return program.search(kind, executions);
    std::fprintf(stderr, "bench_relacy: no program is called %s\n", name);
    std::exit(1);
}
