/* Ordinary Win32 source, built by rundown_add_program in each of the consumer projects. */
#include <stdio.h>
#include <windows.h>

int main(void) {
    printf("hello from process %s\n", GetCurrentProcessId() ? "A" : "none");
    return 5;
}
