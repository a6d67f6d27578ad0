/*
 * Interlocked operations on NULL are access violations, also those that the compiler has inline.
 *
 * rules: EXIT-11
 */
#include "bad_input.h"

static void steps(void) {
    TRY(InterlockedAdd(NULL, 1));
    TRY(InterlockedAdd64(NULL, 1));
    TRY(InterlockedDecrement(NULL));
    TRY(InterlockedDecrement16(NULL));
    TRY(InterlockedDecrement64(NULL));
    TRY(InterlockedIncrement(NULL));
    TRY(InterlockedIncrement16(NULL));
    TRY(InterlockedIncrement64(NULL));
}

static void logic(void) {
    TRY(InterlockedAnd(NULL, 1));
    TRY(InterlockedAnd64(NULL, 1));
    TRY(InterlockedOr(NULL, 1));
    TRY(InterlockedOr64(NULL, 1));
    TRY(InterlockedXor(NULL, 1));
    TRY(InterlockedXor64(NULL, 1));
}

static void bits(void) {
    TRY(InterlockedBitTestAndComplement(NULL, 1));
    TRY(InterlockedBitTestAndReset(NULL, 1));
    TRY(InterlockedBitTestAndReset64(NULL, 1));
    TRY(InterlockedBitTestAndSet(NULL, 1));
    TRY(InterlockedBitTestAndSet64(NULL, 1));
}

static void exchanges(void) {
    TRY(InterlockedCompareExchange(NULL, 0, 0));
    TRY(InterlockedCompareExchange16(NULL, 0, 0));
    TRY(InterlockedCompareExchange64(NULL, 0, 0));
    TRY(InterlockedCompareExchangePointer(NULL, NULL, NULL));
    TRY(InterlockedExchange(NULL, 1));
    TRY(InterlockedExchange64(NULL, 1));
    TRY(InterlockedExchangeAdd(NULL, 1));
    TRY(InterlockedExchangeAdd64(NULL, 1));
    TRY(InterlockedExchangePointer(NULL, NULL));
}

int main(void) {
    prepare();
    steps();
    logic();
    bits();
    exchanges();
    return 0;
}
