// memory.cpp - what C++ programs share; built with -fsanitize=thread.
#include <atomic>
#include <cassert>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>

struct shape {
    virtual ~shape() = default;
    virtual int corners() const = 0;
};

struct square : shape {
    int corners() const override { return 4; }
};

static std::atomic<int> sum;
static std::mutex mutex;
static int guarded;

static void add(const std::shared_ptr<shape> &what, bool atomically) {
    if (atomically)
        sum += what->corners();
    else
        sum = sum + what->corners();
    std::lock_guard<std::mutex> hold(mutex);
    guarded++;
    try {
        throw std::runtime_error("caught here");
    } catch (const std::exception &) {
        guarded++;
    }
}

int main(int argc, char **) {
    std::shared_ptr<shape> what = std::make_shared<square>();
    std::thread one([&] { add(what, argc < 2); }), two([&] { add(what, argc < 2); });
    one.join();
    two.join();
    assert(guarded == 4);
    assert(sum == 8);
}
