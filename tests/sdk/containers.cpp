// The host's C++ library on top of the SDK's C headers.
#include <windows.h>
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cwchar>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>
#include <process.h>

static_assert(sizeof(wchar_t) == 2, "wchar_t is UTF-16");
static_assert(sizeof(std::mutex) == sizeof(SRWLOCK), "std::mutex is a slim lock");

std::map<std::string, std::vector<int>> table;
std::once_flag once;
std::recursive_mutex lock;
std::atomic<bool> stop{false};

std::wstring describe(int value) {
    std::lock_guard<std::recursive_mutex> guard(lock);
    std::call_once(once, [] { table["zero"].push_back(0); });
    std::wstring text = std::to_wstring(value);
    text += L" items";
    std::reverse(text.begin(), text.end());
    return text.substr(0, std::wcslen(text.c_str()));
}

int sum(std::string_view key) {
    auto found = table.find(std::string(key));
    int total = 0;
    if (found != table.end())
        for (int value : found->second)
            total += std::abs(value) + static_cast<int>(std::sqrt(value));
    return stop.load() ? std::max(total, 1) : total;
}

void interlocked() {
    volatile unsigned count = 0;
    volatile long plain = 0;
    ULONGLONG wide = 0;
    InterlockedIncrement(&count);
    InterlockedIncrement(&plain);
    InterlockedCompareExchange(&plain, 1L, 0L);
    InterlockedExchangeAdd64(reinterpret_cast<LONG64 *>(&wide), 2);
}
