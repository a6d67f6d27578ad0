/* Ordinary Win32 source, built by rundown_add_program in each of the consumer projects. */
#include <stdio.h>
#include <windows.h>

#ifdef WITH_DLL
__declspec(dllimport) const char *greeting(void);
#else
#define greeting() "hello from process"
#endif

#ifdef WITH_CPP
int wanted_exit_code(void);
#else
#define wanted_exit_code() 5
#endif

int main(void) {
    printf("%s %s\n", greeting(), GetCurrentProcessId() ? "A" : "none");
    return wanted_exit_code();
}
