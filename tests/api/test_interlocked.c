/* test_interlocked.c - interlocked operations of every width: what they store and what they give.
 */
#include "sim.h"

#define expect_old(call, wanted) expect_equal((ULONG64)(call), (ULONG64)(wanted))

static int narrow(int argc, char **argv) {
    CHAR c = 0x0F;
    SHORT s = 0x0F;
    (void)argc, (void)argv;
    expect_old(InterlockedExchange8(&c, 3), 0x0F);
    expect_old(InterlockedExchangeAdd8(&c, 4), 3);
    expect_old(InterlockedOr8(&c, 0x30), 7);
    expect_old(InterlockedAnd8(&c, 0x36), 0x37);
    expect_old(InterlockedXor8(&c, 0x06), 0x36);
    expect_equal(c, 0x30);
    expect_old(InterlockedExchange16(&s, 0x100), 0x0F);
    expect_old(InterlockedIncrement16(&s), 0x101);
    expect_old(InterlockedDecrement16(&s), 0x100);
    expect_old(InterlockedCompareExchange16(&s, 5, 4), 0x100);
    expect_old(InterlockedCompareExchange16(&s, 5, 0x100), 0x100);
    expect_old(InterlockedOr16(&s, 0x70), 5);
    expect_old(InterlockedAnd16(&s, 0x71), 0x75);
    expect_old(InterlockedXor16(&s, 0x01), 0x71);
    expect_equal(s, 0x70);
    return 0;
}

static void eight_and_sixteen_bits(void **state) {
    sim_run(state, narrow);
}

static int wide(int argc, char **argv) {
    const LONG64 big = INT64_C(1) << 40;
    LONG64 q = big;
    (void)argc, (void)argv;
    expect_old(InterlockedIncrement64(&q), big + 1);
    expect_old(InterlockedDecrement64(&q), big);
    expect_old(InterlockedAdd64(&q, 2), big + 2);
    expect_old(InterlockedExchange64(&q, 6), big + 2);
    expect_old(InterlockedCompareExchange64(&q, big, 7), 6);
    expect_old(InterlockedCompareExchange64(&q, big, 6), 6);
    expect_old(InterlockedOr64(&q, 3), big);
    expect_old(InterlockedAnd64(&q, big | 1), big + 3);
    expect_old(InterlockedXor64(&q, 1), big + 1);
    expect_equal(q, big);
    return 0;
}

static void sixty_four_bits(void **state) {
    sim_run(state, wide);
}

static int bits(int argc, char **argv) {
    LONG l = 0;
    LONG64 q = 0;
    (void)argc, (void)argv;
    expect_old(InterlockedBitTestAndSet(&l, 3), 0);
    expect_old(InterlockedBitTestAndSet(&l, 3), 1);
    expect_old(InterlockedBitTestAndReset(&l, 3), 1);
    expect_old(InterlockedBitTestAndComplement(&l, 4), 0);
    expect_equal(l, 16);
    expect_old(InterlockedBitTestAndSet64(&q, 40), 0);
    expect_old(InterlockedBitTestAndReset64(&q, 40), 1);
    expect_old(InterlockedBitTestAndComplement64(&q, 41), 0);
    expect_equal(q, INT64_C(1) << 41);
    return 0;
}

static void single_bits(void **state) {
    sim_run(state, bits);
}

static int pairs(int argc, char **argv) {
    _Alignas(16) LONG64 pair[2] = {1, 2}, wanted[2] = {1, 3};
    (void)argc, (void)argv;
    expect(!InterlockedCompareExchange128(pair, 20, 10, wanted));
    expect_equal(wanted[1], 2); /* what was there */
    expect(InterlockedCompareExchange128(pair, 20, 10, wanted));
    expect_equal(pair[0], 10);
    expect_equal(pair[1], 20);
    return 0;
}

static void two_words_at_once(void **state) {
    sim_run(state, pairs);
}

/* What ReadAcquire, WriteRelease and their kin call: a scheduling point, and the address. */
static int points(int argc, char **argv) {
    static LONG variable;
    (void)argc, (void)argv;
    expect(RdReadPoint(&variable, sizeof variable) == &variable);
    expect(RdWritePoint(&variable, sizeof variable) == &variable);
    WriteRelease(&variable, 7);
    expect_equal(ReadAcquire(&variable), 7);
    return 0;
}

static void reads_and_writes_are_points(void **state) {
    sim_run(state, points);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test_case(eight_and_sixteen_bits),
        test_case(sixty_four_bits),
        test_case(single_bits),
        test_case(two_words_at_once),
        test_case(reads_and_writes_are_points),
    };
    return cmocka_run_group_tests_name("api.interlocked", tests, NULL, NULL);
}
