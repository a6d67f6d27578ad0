// Futures, call_once, and what C++20 waits with.
#include <atomic>
#include <barrier>
#include <cstdio>
#include <future>
#include <latch>
#include <mutex>
#include <semaphore>
#include <stdexcept>
#include <stop_token>
#include <thread>

static int fails() {
    throw std::runtime_error("it failed");
}

static void futures() {
    std::future<int> good = std::async(std::launch::async, [] { return 7; });
    std::future<int> bad = std::async(std::launch::async, fails);
    std::future<int> lazy = std::async(std::launch::deferred, [] { return 9; });
    printf("async %d, deferred %d\n", good.get(), lazy.get());
    try {
        bad.get();
    } catch (const std::exception &error) {
        printf("async: %s\n", error.what());
    }
    std::packaged_task<int(int)> task([](int number) { return number * 2; });
    std::future<int> doubled = task.get_future();
    std::thread(std::move(task), 21).join();
    printf("task %d\n", doubled.get());
    std::promise<int> promise;
    std::future<int> late = promise.get_future();
    std::thread thread([&] { promise.set_value_at_thread_exit(8); });
    printf("at the end of a thread %d\n", late.get());
    thread.join();
    std::future<int> broken = std::promise<int>().get_future();
    try {
        broken.get();
    } catch (const std::future_error &error) {
        printf("broken promise: %d\n", error.code() == std::future_errc::broken_promise);
    }
}

static void once() {
    std::once_flag flag;
    int attempts = 0;
    for (int i = 0; i < 4; i++)
        try {
            std::call_once(flag, [&] {
                if (++attempts < 3)
                    throw i;
            });
        } catch (int) {
            printf("attempt %d failed\n", attempts);
        }
    printf("attempts %d\n", attempts);
}

static void waiting() {
    std::counting_semaphore<4> semaphore(0);
    std::latch latch(2);
    std::barrier barrier(2);
    std::atomic<int> stage(0);
    std::jthread thread([&](std::stop_token stop) {
        latch.count_down();
        barrier.arrive_and_wait();
        stage.wait(0);
        semaphore.release(2);
        while (!stop.stop_requested())
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        printf("asked to stop\n");
    });
    latch.arrive_and_wait();
    barrier.arrive_and_wait();
    stage = 1;
    stage.notify_all();
    semaphore.acquire();
    semaphore.acquire();
    printf("woken, a third: %d\n", semaphore.try_acquire_for(std::chrono::seconds(5)));
}

int main() {
    futures();
    once();
    waiting();
}
// -std=c++20
// > async 7, deferred 9
// > async: it failed
// > task 42
// > at the end of a thread 8
// > broken promise: 1
// > attempt 1 failed
// > attempt 2 failed
// > attempts 3
// > woken, a third: 0
// > asked to stop
