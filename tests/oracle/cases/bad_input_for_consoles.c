/*
 * Consoles and their events: NULL, handles of another kind, groups and handlers that are not there.
 *
 * rules: CONS-17
 * windows: CONS-17 Windows tells an event or a process that cannot be by ERROR_INVALID_PARAMETER
 */
#include "bad_input.h"

static BOOL CALLBACK handler(DWORD event) {
    (void)event;
    return FALSE;
}

static void handles(void) {
    HANDLE event = CreateEventA(NULL, TRUE, TRUE, NULL);
    DWORD mode;
    char text[8];

    TRY(GetConsoleMode(NULL, &mode));
    TRY(GetConsoleMode(event, &mode));
    TRY(GetConsoleMode(INVALID_HANDLE_VALUE, &mode));
    TRY(SetConsoleMode(event, 0));
    TRY(WriteConsoleA(NULL, "x", 1, &mode, NULL));
    TRY(WriteConsoleA(event, "x", 1, &mode, NULL));
    TRY(WriteConsoleW(event, L"x", 1, &mode, NULL));
    TRY(ReadConsoleA(NULL, text, sizeof text, &mode, NULL));
    TRY(ReadConsoleA(event, text, sizeof text, &mode, NULL));
    TRY(FlushConsoleInputBuffer(NULL));
    TRY(FlushConsoleInputBuffer(event));
    TRY(SetConsoleTextAttribute(NULL, 7));
    TRY(SetConsoleTextAttribute(event, 7));
    TRY(GetStdHandle(5));
    TRY(SetStdHandle(5, event));
}

static void control(void) {
    TRY(SetConsoleCtrlHandler(handler, FALSE));
    TRY(SetConsoleCtrlHandler(handler, TRUE));
    TRY(SetConsoleCtrlHandler(handler, FALSE));
    TRY(SetConsoleCtrlHandler(handler, FALSE));
    TRY(GenerateConsoleCtrlEvent(2, 0));
    TRY(GenerateConsoleCtrlEvent(99, 0));
    TRY(GetConsoleProcessList(NULL, 1));
    TRY(GetConsoleProcessList(&(DWORD){0}, 0));
}

static void attachments(void) {
    TRY(FreeConsole());
    TRY(AttachConsole(0xFFFFFFF0));
    TRY(AttachConsole(GetCurrentProcessId()));
    TRY(GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0));
    TRY(GetConsoleProcessList(&(DWORD){0}, 1));
    TRY(GetConsoleWindow());
    TRY(SetConsoleCP(99999));
    TRY(SetConsoleOutputCP(99999));
    TRY(GetConsoleTitleA((char[8]){0}, 8));
    TRY(GetConsoleTitleW((WCHAR[8]){0}, 8));
    TRY(SetConsoleTitleA("x"));
    TRY(SetConsoleTitleW(L"x"));
}

int main(void) {
    prepare();
    handles();
    control();
    attachments();
    return 0;
}
