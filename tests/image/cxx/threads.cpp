// Threads of the standard library are threads of the simulated machine.
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <shared_mutex>
#include <system_error>
#include <thread>
#include <vector>
#include <windows.h>

static void start_and_join() {
    DWORD number = 0;
    std::thread::id inside;
    std::thread thread([&] {
        number = GetCurrentThreadId();
        inside = std::this_thread::get_id();
    });
    const std::thread::id outside = thread.get_id();
    thread.join();
    printf("joined: %d, a thread of its own: %d, one id: %d\n", !thread.joinable(),
           number != 0 && number != GetCurrentThreadId(), inside == outside);
    try {
        thread.join();
    } catch (const std::system_error &error) {
        printf("joined twice: %d\n", error.code() == std::errc::invalid_argument);
    }
}

static void workers() {
    std::mutex mutex;
    std::condition_variable go;
    bool ready = false;
    int sum = 0;
    std::vector<std::thread> threads;
    for (int i = 1; i <= 4; i++)
        threads.emplace_back([&, i] {
            std::unique_lock<std::mutex> lock(mutex);
            go.wait(lock, [&] { return ready; });
            sum += i;
        });
    {
        std::lock_guard<std::mutex> lock(mutex);
        ready = true;
    }
    go.notify_all();
    for (std::thread &thread : threads)
        thread.join();
    printf("sum %d\n", sum);
}

static void time_limits() {
    std::mutex mutex;
    std::condition_variable never;
    std::unique_lock<std::mutex> lock(mutex);
    const auto begin = std::chrono::steady_clock::now();
    const auto status = never.wait_for(lock, std::chrono::hours(3));
    const auto passed = std::chrono::steady_clock::now() - begin;
    printf("timeout: %d after three hours: %d\n", status == std::cv_status::timeout,
           passed >= std::chrono::hours(3) && passed < std::chrono::hours(4));
    std::timed_mutex owned;
    owned.lock();
    std::thread([&] { printf("taken: %d\n", owned.try_lock_for(std::chrono::seconds(1))); }).join();
    const auto wall = std::chrono::system_clock::now();
    std::this_thread::sleep_until(wall + std::chrono::minutes(1));
    printf("a minute: %d\n", std::chrono::system_clock::now() - wall >= std::chrono::minutes(1));
}

static void readers() {
    std::shared_mutex mutex;
    std::shared_lock<std::shared_mutex> first(mutex), second(mutex, std::try_to_lock);
    printf("two readers: %d, a writer: %d\n", second.owns_lock(), mutex.try_lock());
}

static void at_the_end_of_a_thread() {
    std::mutex mutex;
    std::condition_variable ended;
    std::unique_lock<std::mutex> lock(mutex);
    std::thread thread(
        [&] { std::notify_all_at_thread_exit(ended, std::unique_lock<std::mutex>(mutex)); });
    ended.wait(lock);
    lock.unlock();
    thread.join();
    printf("notified\n");
}

int main() {
    start_and_join();
    workers();
    time_limits();
    readers();
    at_the_end_of_a_thread();
    std::thread([] { Sleep(10); }).detach();
    printf("processors: %d\n", std::thread::hardware_concurrency() > 0);
}
// -std=c++17
// > joined: 1, a thread of its own: 1, one id: 1
// > joined twice: 1
// > sum 10
// > timeout: 1 after three hours: 1
// > taken: 0
// > a minute: 1
// > two readers: 1, a writer: 0
// > notified
// > processors: 1
