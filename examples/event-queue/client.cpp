// client.exe: keeps a request pending with events.sys while a copy of itself runs, and prints what
// comes back. The last request is cancelled by the end of this process.
#include <windows.h>
#include <winioctl.h>
#include <cstdio>

#include "events.h"

namespace {

class Handle {
public:
    explicit Handle(HANDLE value) : m_value(value) {}
    ~Handle() { CloseHandle(m_value); }
    Handle(const Handle &) = delete;
    Handle &operator=(const Handle &) = delete;
    operator HANDLE() const { return m_value; }

private:
    HANDLE m_value;
};

void Print(const EventRecord &record)
{
    switch (record.Kind) {
    case ProcessCreated:
        std::printf("process %lu is created: %ls\n", (DWORD)record.ProcessId, record.Name);
        break;
    case ProcessEnded:
        std::printf("process %lu ends with %ld\n", (DWORD)record.ProcessId, record.ExitStatus);
        break;
    default:
        std::printf("process %lu loads %ls\n", (DWORD)record.ProcessId, record.Name);
    }
}

DWORD StartCopy()
{
    STARTUPINFOA startup = {};
    PROCESS_INFORMATION started;
    char command[MAX_PATH + 8];
    startup.cb = sizeof startup;
    GetModuleFileNameA(nullptr, command, MAX_PATH);
    lstrcatA(command, " copy");
    if (!CreateProcessA(nullptr, command, nullptr, nullptr, FALSE, 0, nullptr, nullptr, &startup,
                        &started))
        return 0;
    CloseHandle(started.hThread);
    CloseHandle(started.hProcess);
    return started.dwProcessId;
}

} // namespace

int main(int argc, char **)
{
    static EventRecord record;
    static OVERLAPPED overlapped;
    DWORD bytes, copy = 0;

    if (argc > 1)
        return 42;
    Handle device(CreateFileW(L"\\\\.\\Events", GENERIC_READ, 0, nullptr, OPEN_EXISTING,
                              FILE_FLAG_OVERLAPPED, nullptr));
    Handle arrived(CreateEventW(nullptr, TRUE, FALSE, nullptr));
    overlapped.hEvent = arrived;
    do {
        if (!DeviceIoControl(device, IOCTL_EVENTS_NEXT, nullptr, 0, &record, sizeof record, &bytes,
                             &overlapped) &&
            GetLastError() != ERROR_IO_PENDING) {
            std::printf("DeviceIoControl failed with error %lu\n", GetLastError());
            return 1;
        }
        if (!HasOverlappedIoCompleted(&overlapped) && !copy)
            copy = StartCopy(); // the request is pending: all earlier events have been read
        if (!GetOverlappedResult(device, &overlapped, &bytes, TRUE))
            return 1;
        Print(record);
    } while (record.Kind != ProcessEnded || record.ProcessId != copy);
    DeviceIoControl(device, IOCTL_EVENTS_NEXT, nullptr, 0, &record, sizeof record, &bytes,
                    &overlapped);
    return 0;
}
