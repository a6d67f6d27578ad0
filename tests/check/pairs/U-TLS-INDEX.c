/* A TLS index is used after it was freed. */
#include <windows.h>

#ifdef PROGRAM
int main(void) {
    DWORD slot = TlsAlloc();
#ifdef BROKEN
    TlsFree(slot);
    TlsSetValue(slot, &slot);
#else
    TlsSetValue(slot, &slot);
    TlsFree(slot);
#endif
    return 0;
}
#endif
