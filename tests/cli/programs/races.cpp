// races.cpp - C++ that is free of data races; with an argument, not. Built with -fsanitize=thread.
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

struct shape {
    virtual ~shape() = default;
    virtual int corners() const { return 0; }
};

struct square : shape {
    int corners() const override { return 4; }
    int area = 0;
};

// Made by whoever comes first.
static square &only() {
    static square made;
    return made;
}

static std::mutex mutex;
static std::condition_variable changed;
static bool ready;

__attribute__((noinline)) static void produce(bool hasty) {
    only().corners();
    if (hasty)
        only().area = 1;
    std::lock_guard<std::mutex> hold(mutex);
    ready = true;
    changed.notify_one();
}

__attribute__((noinline)) static int consume(bool hasty) {
    only().corners();
    if (hasty)
        return only().area = 2;
    std::unique_lock<std::mutex> hold(mutex);
    changed.wait(hold, [] { return ready; });
    return only().area;
}

int main(int argc, char **) {
    std::unique_ptr<shape> own = std::make_unique<square>();
    std::thread one(produce, argc > 1), two([&] { consume(argc > 1); });
    one.join();
    two.join();
    return own->corners() - 4;
}
