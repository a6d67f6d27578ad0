// objects.cpp - C++ in a simulated process: construction and destruction of globals, thread-local
// objects, the standard library, exceptions, and ways to leave that C++ programs have.
//
// usage: objects [WAY [PLACE]]; PLACE is main, worker or destructor.
#include <windows.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

struct Noisy {
    const char *name;
    explicit Noisy(const char *given) : name(given) {
        std::printf("+%s\n", name);
    }
    ~Noisy() {
        std::printf("-%s\n", name);
    }
};

Noisy first("first");
Noisy second("second");
std::string global_text = std::string("built ") + "at run time";
std::vector<int> global_numbers = {3, 1, 4, 1, 5};
thread_local std::string of_thread = "fresh";

struct Late {
    void (*run)() = nullptr;
    ~Late() {
        if (run)
            run();
    }
} late;

struct Failure : std::runtime_error {
    using std::runtime_error::runtime_error;
};

int depth_of(int levels) {
    Noisy guard(levels == 2 ? "frame" : "leaf");
    if (levels == 0)
        throw Failure("thrown three calls down");
    return depth_of(levels - 1) + 1;
}

void catch_it() {
    try {
        depth_of(2);
    } catch (const std::exception &error) {
        std::printf("caught %s\n", error.what());
    }
    try {
        std::vector<int>().at(3);
    } catch (const std::out_of_range &) {
        std::printf("caught out_of_range\n");
    }
    try {
        throw 42;
    } catch (...) {
        std::printf("caught anything\n");
    }
}

int static_value() {
    static Noisy local("static local");
    return 1;
}

DWORD WINAPI worker_with_locals(void *number) {
    of_thread += " ";
    of_thread += std::to_string(*static_cast<int *>(number));
    std::printf("%s\n", of_thread.c_str());
    return 0;
}

void everything() {
    std::map<std::string, std::unique_ptr<int>> map;
    for (int i = 0; i < 100; i++)
        map["key" + std::to_string(i % 7)] = std::make_unique<int>(i);
    std::printf("%zu %d %s\n", map.size(), *map["key3"], global_text.c_str());
    global_numbers.push_back(9);
    std::printf("%zu\n", global_numbers.size());
    static_value();
    static_value();
    catch_it();
    for (int i = 0; i < 2; i++)
        WaitForSingleObject(CreateThread(nullptr, 0, worker_with_locals, &i, 0, nullptr), INFINITE);
    std::printf("%s\n", of_thread.c_str());
}

void uncaught() {
    throw Failure("nobody catches this");
}

void through_noexcept() noexcept {
    uncaught();
}

void rethrow_nothing() {
    throw;
}

void new_too_much() {
    volatile size_t size = SIZE_MAX / 4;
    char *volatile block = nullptr; // so that no compiler leaves the allocation out
    try {
        block = new char[size];
    } catch (const std::bad_alloc &) {
        std::printf("caught bad_alloc\n");
    }
    block = new char[size];
    delete[] block;
}

const struct {
    const char *name;
    void (*run)();
} ways[] = {{"everything", everything},
            {"uncaught", uncaught},
            {"noexcept", through_noexcept},
            {"rethrow", rethrow_nothing},
            {"new", new_too_much},
            {"terminate", [] { std::terminate(); }},
            {"handler",
             [] {
                 std::set_terminate([] { std::_Exit(7); });
                 std::terminate();
             }},
            {"quick", [] { std::_Exit(9); }},
            {"exit", [] { std::exit(9); }},
            {"thread-exit", [] { ExitThread(9); }}};

void (*way)();

DWORD WINAPI worker(void *) {
    Noisy local("worker");
    way();
    return 3;
}

} // namespace

int main(int argc, char **argv) {
    const char *place = argc > 2 ? argv[2] : "main";
    for (const auto &entry : ways)
        if (std::strcmp(argc > 1 ? argv[1] : "everything", entry.name) == 0)
            way = entry.run;
    if (!way)
        return 2;
    if (std::strcmp(place, "worker") == 0)
        WaitForSingleObject(CreateThread(nullptr, 0, worker, nullptr, 0, nullptr), INFINITE);
    else if (std::strcmp(place, "destructor") == 0)
        late.run = way;
    else
        way();
    return 4;
}
