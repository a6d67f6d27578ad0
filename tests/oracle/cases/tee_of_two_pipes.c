/*
 * A child's output and errors go through two pipes, each read by a thread until its end.
 *
 * rules: HNDL-38 HNDL-50 CRT-04
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>
#include <process.h>
struct pump {
    HANDLE from;
    FILE *to;
    unsigned long total;
};
static unsigned __stdcall Pump(void *p) {
    struct pump *pump = p;
    char buf[256];
    DWORD n;
    while (ReadFile(pump->from, buf, sizeof buf, &n, NULL)) {
        fwrite(buf, 1, n, pump->to);
        pump->total += n;
    }
    if (GetLastError() != ERROR_BROKEN_PIPE)
        fprintf(stderr, "read error %lu\n", GetLastError());
    fclose(pump->to);
    return 0;
}
int main(int argc, char **argv) {
    if (argc > 1) {
        for (int i = 0; i < 500; i++) {
            printf("line %d of the output\n", i);
            if (i % 50 == 0)
                fprintf(stderr, "warning %d\n", i);
        }
        return 42;
    }
    SECURITY_ATTRIBUTES sa;
    sa.nLength = sizeof sa;
    sa.lpSecurityDescriptor = NULL;
    sa.bInheritHandle = TRUE;
    HANDLE or_, ow, er, ew;
    CreatePipe(&or_, &ow, &sa, 0);
    CreatePipe(&er, &ew, &sa, 0);
    SetHandleInformation(or_, HANDLE_FLAG_INHERIT, 0);
    SetHandleInformation(er, HANDLE_FLAG_INHERIT, 0);
    STARTUPINFO si;
    PROCESS_INFORMATION pi;
    memset(&si, 0, sizeof si);
    si.cb = sizeof si;
    si.dwFlags = STARTF_USESTDHANDLES;
    si.hStdOutput = ow;
    si.hStdError = ew;
    si.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
    char self[MAX_PATH], cmd[MAX_PATH + 10];
    GetModuleFileName(NULL, self, MAX_PATH);
    sprintf(cmd, "%s child", self);
    if (!CreateProcess(NULL, cmd, NULL, NULL, TRUE, CREATE_NO_WINDOW, NULL, NULL, &si, &pi))
        return 1;
    CloseHandle(ow);
    CloseHandle(ew);
    struct pump a = {or_, fopen("tee_out.txt", "wb")}, b = {er, fopen("tee_err.txt", "wb")};
    HANDLE t[2];
    t[0] = (HANDLE)_beginthreadex(NULL, 0, Pump, &a, 0, NULL);
    t[1] = (HANDLE)_beginthreadex(NULL, 0, Pump, &b, 0, NULL);
    WaitForMultipleObjects(2, t, TRUE, INFINITE);
    WaitForSingleObject(pi.hProcess, INFINITE);
    DWORD code;
    GetExitCodeProcess(pi.hProcess, &code);
    printf("out %lu bytes, err %lu bytes, code %lu\n", a.total, b.total, code);
    FILE *f = fopen("tee_err.txt", "r");
    char line[100];
    int lines = 0;
    while (fgets(line, sizeof line, f))
        lines++;
    fclose(f);
    printf("%d lines of errors, last: %s", lines, line);
    remove("tee_out.txt");
    remove("tee_err.txt");
    return (int)code;
}
