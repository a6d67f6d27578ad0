/* A pure virtual function that is called all the same: the handler of the process is told first. */
#include <stdlib.h>

#include <cstdio>

struct Base {
    Base() {
        call();
    }
    virtual ~Base() = default;
    void call() {
        run();
    }
    virtual void run() = 0;
};

struct Derived : Base {
    void run() override {}
};

static void handler() {
    std::puts("a pure virtual function was called");
    std::fflush(stdout);
    _exit(0);
}

int main() {
    std::printf("first handler: %d\n", _set_purecall_handler(handler) == nullptr);
    std::printf("remembered: %d\n", _get_purecall_handler() == handler);
    Derived object;
    object.call();
    return 1;
}

// -std=c++11
// > first handler: 1
// > remembered: 1
// > a pure virtual function was called
