/*
 * The integer conversions: on Windows %lu is 32 bits wide, %I64d and %lld are 64, and flags, width
 * and precision mean what C says.
 *
 * rules: -
 */
#include <stdio.h>
#include <windows.h>

int main(void) {
    DWORD all_ones = 0xFFFFFFFF;
    LONG negative = -1;
    LONGLONG big = 1234567890123456789LL;
    ULONGLONG most = 0xFFFFFFFFFFFFFFFFULL;

    printf("%d|%i|%u|%o|%x|%X|%c|%%\n", 42, -42, 42u, 8u, 0xbeefu, 0xBEEFu, 'c');
    printf("[%5d] [%-5d] [%05d] [%+d] [% d] [%.3d] [%8.3d] [%-8.3d]\n", 42, 42, 42, 42, 42, 7, 7,
           7);
    printf("[%#x] [%#X] [%#o] [%#x] [%.0d]\n", 255u, 255u, 8u, 0u, 0);
    printf("[%*d] [%-*d] [%.*d]\n", 6, 42, 6, 42, 4, 42);
    printf("%lu %ld %lx %08lX\n", all_ones, negative, all_ones, (DWORD)0xC0000005);
    printf("%ld %lu\n", (LONG)-2147483647 - 1, (DWORD)0);
    printf("%hd %hu %hx\n", (short)-2, (unsigned short)65535, (unsigned short)0x1234);
    printf("%I64d %I64u %I64x %I64X\n", big, most, most, big);
    printf("%I32d %I32u %I32x\n", -5, 4000000000u, 0xABCDu);
    printf("%lld %llu %llx\n", big, most, big);
    printf("[%20I64d] [%-20I64d] [%020I64d] [%+I64d]\n", big, big, big, big);
    printf("%d %d %lu after a wide one\n", 1, 2, (DWORD)3);
    return 0;
}
