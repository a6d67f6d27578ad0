/*
 * Cannot be loaded without gone.dll.
 *
 * links: gone.dll
 */
#include <windows.h>

__declspec(dllimport) int gone_value(void);
__declspec(dllexport) int needy_value(void);

int needy_value(void) {
    return gone_value();
}
