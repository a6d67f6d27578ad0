/* Has one function to be found. */
#include <windows.h>

__declspec(dllexport) int WINAPI tools_add(int a, int b);

int WINAPI tools_add(int a, int b) {
    return a + b;
}
