/* Keeps a sum. */
#include <windows.h>

__declspec(dllexport) int store_add(int amount);

static int sum = 1000;

int store_add(int amount) {
    sum += amount;
    return sum;
}
