/* added.dll: in a directory of its own. */
#include <windows.h>

__declspec(dllexport) int added(void) {
    return 1;
}
