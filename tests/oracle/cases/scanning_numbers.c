/*
 * sscanf stores as many bytes as Windows' types have: %lu fills a DWORD and not its neighbour,
 * %I64d fills 64 bits, %hd 16.
 *
 * rules: -
 */
#include <stdio.h>
#include <string.h>
#include <windows.h>

int main(void) {
    struct {
        DWORD value, neighbour;
    } pair = {0, 0x11223344};
    short small[2] = {0, 0x5566};
    LONGLONG wide = 0;
    char word[16], letters[16], one;
    int a = 0, b = 0, used = 0, count;
    double real = 0;

    count = sscanf("4000000000", "%lu", &pair.value);
    printf("%d: %lu, neighbour 0x%lx\n", count, pair.value, pair.neighbour);
    count = sscanf("-2", "%hd", small);
    printf("%d: %d, neighbour 0x%x\n", count, small[0], small[1]);
    count = sscanf("-1234567890123", "%I64d", &wide);
    printf("%d: %I64d\n", count, wide);
    count = sscanf("12 0x1f  name=value!", "%d %x %15[a-z]=%15s", &a, &b, letters, word);
    printf("%d: %d %d [%s] [%s]\n", count, a, b, letters, word);
    count = sscanf("ab 3.25 x", "%*s %lf %c%n", &real, &one, &used);
    printf("%d: %.2f %c, used %d\n", count, real, one, used);
    count = sscanf("12 twelve", "%d %d", &a, &b);
    printf("stops at the word: %d\n", count);
    count = sscanf("", "%d", &a);
    printf("nothing there: %d\n", count);
    return 0;
}
