/* Opens the device of survey.cpp. */
#include <windows.h>

int main(void) {
    HANDLE survey = CreateFileW(L"\\\\.\\Survey", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
    return survey == INVALID_HANDLE_VALUE || !CloseHandle(survey);
}
