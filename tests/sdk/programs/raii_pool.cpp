// Handle wrappers, a thread pool callback, vectored handlers, and standard containers.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstring>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <vector>
#define NOMINMAX
#include <windows.h>

struct HandleCloser {
    typedef HANDLE pointer;
    void operator()(HANDLE h) const {
        if (h && h != INVALID_HANDLE_VALUE)
            CloseHandle(h);
    }
};
using unique_handle = std::unique_ptr<HANDLE, HandleCloser>;

class Lock {
  public:
    explicit Lock(CRITICAL_SECTION &cs) : cs_(cs) {
        EnterCriticalSection(&cs_);
    }
    ~Lock() {
        LeaveCriticalSection(&cs_);
    }

  private:
    CRITICAL_SECTION &cs_;
};

static std::atomic<int> calls{0};
static std::mutex table_mutex;
static std::vector<std::wstring> table;
static ULONG hits;

static LONG WINAPI OnException(PEXCEPTION_POINTERS info) {
    switch (info->ExceptionRecord->ExceptionCode) {
    case EXCEPTION_ACCESS_VIOLATION:
    case STATUS_STACK_OVERFLOW:
        std::fprintf(stderr, "fault at %p, rip %llx\n", info->ExceptionRecord->ExceptionAddress,
                     (unsigned long long)info->ContextRecord->Rip);
        TerminateProcess(GetCurrentProcess(), info->ExceptionRecord->ExceptionCode);
    }
    return EXCEPTION_CONTINUE_SEARCH;
}

static VOID CALLBACK OnWork(PTP_CALLBACK_INSTANCE, PVOID context, PTP_WORK) {
    CRITICAL_SECTION *cs = static_cast<CRITICAL_SECTION *>(context);
    Lock lock(*cs);
    std::lock_guard<std::mutex> guard(table_mutex);
    table.emplace_back(L"call");
    ++calls;
    InterlockedIncrement(&hits);
}

int wmain(int argc, wchar_t *argv[]) {
    CRITICAL_SECTION cs;
    InitializeCriticalSection(&cs);
    PVOID handler = AddVectoredExceptionHandler(1, OnException);
    PTP_WORK work = CreateThreadpoolWork(OnWork, &cs, nullptr);
    for (int i = 0; i < std::max(argc, 4); i++)
        SubmitThreadpoolWork(work);
    WaitForThreadpoolWorkCallbacks(work, FALSE);
    CloseThreadpoolWork(work);
    std::sort(table.begin(), table.end());
    char text[64];
    sprintf_s(text, "%d calls, %zu names", calls.load(), table.size());
    strcat_s(text, "\n");
    std::fputs(text, stdout);
    unique_handle event(CreateEventW(nullptr, FALSE, FALSE, nullptr));
    if (!event)
        return static_cast<int>(GetLastError());
    LARGE_INTEGER now;
    QueryPerformanceCounter(&now);
    std::wprintf(L"%ls %I64d\n", argc ? argv[0] : L"", now.QuadPart);
    RemoveVectoredExceptionHandler(handler);
    DeleteCriticalSection(&cs);
    return 0;
}
