/* Exists when needy.dll is linked, and is gone when that is loaded. */
#include <windows.h>

__declspec(dllexport) int gone_value(void);

int gone_value(void) {
    return 1;
}
