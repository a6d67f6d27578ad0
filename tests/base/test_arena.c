/* Memory of a world: arenas that are rewound, pools that recycle blocks by size class. */
#include "support/rd_test.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

static int setup_arena(void **state) {
    struct base_arena *arena = calloc(1, sizeof *arena);
    base_arena_init(arena);
    *state = arena;
    return 0;
}

static int teardown_arena(void **state) {
    base_arena_destroy(*state);
    free(*state);
    return 0;
}

#define arena_case(function) cmocka_unit_test_setup_teardown(function, setup_arena, teardown_arena)

/* A repeatable sequence of sizes, mostly small. */
static size_t next_size(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    uint32_t kind = *state >> 28;
    return kind == 0 ? 1 + (*state >> 8) % 100000 : 1 + (*state >> 8) % 600;
}

/* ---- arenas ---------------------------------------------------------------------------------- */

static void arena_blocks_are_aligned_and_do_not_overlap(void **state) {
    enum { BLOCKS = 2000 };
    static unsigned char *blocks[BLOCKS];
    static size_t sizes[BLOCKS];
    uint32_t random = 1;
    for (int i = 0; i < BLOCKS; i++) {
        sizes[i] = next_size(&random);
        blocks[i] = base_arena_alloc(*state, sizes[i]);
        assert_non_null(blocks[i]);
        assert_int_equal((uintptr_t)blocks[i] % 16, 0);
        memset(blocks[i], i & 0xFF, sizes[i]);
    }
    for (int i = 0; i < BLOCKS; i++)
        for (size_t k = 0; k < sizes[i]; k++)
            if (blocks[i][k] != (i & 0xFF))
                fail_msg("block %d was overwritten", i);
}

static void arena_rewind_hands_out_the_same_memory_again(void **state) {
    struct base_arena *arena = *state;
    void *first = base_arena_alloc(arena, 100);
    void *second = base_arena_alloc(arena, 300000);
    base_arena_rewind(arena);
    assert_ptr_equal(base_arena_alloc(arena, 100), first);
    assert_ptr_equal(base_arena_alloc(arena, 300000), second);
}

static void arena_rewind_of_an_unused_arena_does_nothing(void **state) {
    struct base_arena *arena = *state;
    base_arena_rewind(arena);
    assert_int_equal(arena->host_allocations, 0);
    assert_non_null(base_arena_alloc(arena, 1));
}

static void arena_takes_nothing_from_the_host_after_warm_up(void **state) {
    struct base_arena *arena = *state;
    uint64_t after_first = 0;
    for (int run = 0; run < 20; run++) {
        uint32_t random = 7;
        for (int i = 0; i < 3000; i++)
            assert_non_null(base_arena_alloc(arena, next_size(&random)));
        if (run == 0)
            after_first = arena->host_allocations;
        base_arena_rewind(arena);
    }
    assert_true(after_first > 0);
    assert_int_equal(arena->host_allocations, after_first);
}

static void arena_chunks_grow_so_that_few_are_needed(void **state) {
    struct base_arena *arena = *state;
    for (int i = 0; i < 64 * 1024; i++)
        assert_non_null(base_arena_alloc(arena, 1024));
    assert_true(arena->bytes_reserved >= 64u * 1024 * 1024);
    assert_true(arena->host_allocations < 12);
}

static void arena_skips_kept_chunks_that_are_too_small(void **state) {
    struct base_arena *arena = *state;
    enum { LARGE = 5 * 1024 * 1024 };
    base_arena_alloc(arena, 100);
    char *large = base_arena_alloc(arena, LARGE);
    base_arena_rewind(arena);
    assert_ptr_equal(base_arena_alloc(arena, LARGE), large);
    memset(large, 1, LARGE);
    assert_int_equal(arena->host_allocations, 2);
}

static void arena_refuses_what_no_host_has(void **state) {
    struct base_arena *arena = *state;
    assert_null(base_arena_grow(arena, SIZE_MAX & ~(size_t)15));
    assert_null(base_arena_grow(arena, (size_t)1 << 62));
    assert_non_null(base_arena_alloc(arena, 64));
}

/* ---- pools ----------------------------------------------------------------------------------- */

static void pool_blocks_are_zeroed_also_when_recycled(void **state) {
    struct base_pool pool;
    base_pool_init(&pool, *state);
    for (size_t size = 1; size < 5000; size += 37) {
        unsigned char *block = base_pool_alloc(&pool, size);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(block[i], 0);
        memset(block, 0xFF, size);
        base_pool_free(&pool, block, size);
        unsigned char *again = base_pool_alloc(&pool, size);
        assert_ptr_equal(again, block);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(again[i], 0);
    }
}

static void pool_recycles_within_a_size_class_only(void **state) {
    struct base_pool pool;
    base_pool_init(&pool, *state);
    void *small = base_pool_alloc(&pool, 17);
    base_pool_free(&pool, small, 17);
    assert_ptr_not_equal(base_pool_alloc(&pool, 16), small);
    assert_ptr_not_equal(base_pool_alloc(&pool, 33), small);
    assert_ptr_equal(base_pool_alloc(&pool, 32), small);
    void *large = base_pool_alloc(&pool, 1025);
    base_pool_free(&pool, large, 1025);
    assert_ptr_not_equal(base_pool_alloc(&pool, 2049), large);
    assert_ptr_equal(base_pool_alloc(&pool, 2048), large);
}

static void pool_gives_the_last_freed_block_first(void **state) {
    struct base_pool pool;
    base_pool_init(&pool, *state);
    void *a = base_pool_alloc(&pool, 40), *b = base_pool_alloc(&pool, 40);
    base_pool_free(&pool, a, 40);
    base_pool_free(&pool, b, 40);
    assert_ptr_equal(base_pool_alloc(&pool, 40), b);
    assert_ptr_equal(base_pool_alloc(&pool, 40), a);
}

static void pool_churn_does_not_make_the_arena_grow(void **state) {
    struct base_arena *arena = *state;
    struct base_pool pool;
    enum { LIVE = 200 };
    void *blocks[LIVE] = {0};
    size_t sizes[LIVE] = {0};
    uint32_t random = 3;
    uint64_t warm = 0;
    base_pool_init(&pool, arena);
    for (int i = 0; i < 400000; i++) {
        int slot = (int)(next_size(&random) % LIVE);
        if (blocks[slot])
            base_pool_free(&pool, blocks[slot], sizes[slot]);
        sizes[slot] = next_size(&random) % 2000 + 1;
        blocks[slot] = base_pool_alloc(&pool, sizes[slot]);
        assert_non_null(blocks[slot]);
        if (i == 200000)
            warm = arena->host_allocations;
    }
    assert_int_equal(arena->host_allocations, warm);
}

static void pool_serves_large_blocks_and_refuses_impossible_ones(void **state) {
    struct base_pool pool;
    base_pool_init(&pool, *state);
    size_t large = (size_t)40 * 1024 * 1024;
    char *block = base_pool_alloc(&pool, large);
    assert_non_null(block);
    block[large - 1] = 1;
    base_pool_free(&pool, block, large);
    assert_ptr_equal(base_pool_alloc(&pool, large), block);
    assert_null(base_pool_alloc(&pool, (size_t)1 << 60));
    assert_null(base_pool_alloc(&pool, SIZE_MAX));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        arena_case(arena_blocks_are_aligned_and_do_not_overlap),
        arena_case(arena_rewind_hands_out_the_same_memory_again),
        arena_case(arena_rewind_of_an_unused_arena_does_nothing),
        arena_case(arena_takes_nothing_from_the_host_after_warm_up),
        arena_case(arena_chunks_grow_so_that_few_are_needed),
        arena_case(arena_skips_kept_chunks_that_are_too_small),
        arena_case(arena_refuses_what_no_host_has),
        arena_case(pool_blocks_are_zeroed_also_when_recycled),
        arena_case(pool_recycles_within_a_size_class_only),
        arena_case(pool_gives_the_last_freed_block_first),
        arena_case(pool_churn_does_not_make_the_arena_grow),
        arena_case(pool_serves_large_blocks_and_refuses_impossible_ones),
    };
    return cmocka_run_group_tests_name("arena and pool", tests, NULL, NULL);
}
