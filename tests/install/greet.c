/* The DLL of the consumer projects, made by rundown_add_dll. */
#include <windows.h>

__declspec(dllexport) const char *greeting(void) {
    return "hello from process";
}
