/*
 * tsan.c - what code calls that was compiled with -fsanitize=thread (see tsan.h).
 *
 * Only one thread of a world runs at a time, and nobody else has the memory of an image: an
 * operation is atomic because no scheduling point is within it.
 */
#include "api/tsan.h"

#include <string.h>

#include "api/access.h"

void api_tsan_nothing(void) {}

/* ---- plain accesses -------------------------------------------------------------------------- */

/*
 * gcc announces both halves of a copy before it does either: what was to be read is only read after
 * the point of the write. So a write of as many bytes as were read just before touches these again.
 */
static void before_read(const volatile void *address, size_t size) {
    struct rd_world *w = port_current_world();
    api_access_point(address, size, KE_READ);
    if (w)
        w->last_read = (struct core_span){address, size};
}

static void before_write(const volatile void *address, size_t size) {
    struct rd_world *w = port_current_world();
    if (!w)
        return;
    const struct core_span copied = w->last_read;
    w->last_read = (struct core_span){NULL, 0};
    api_access_point(address, size, KE_WRITE);
    if (copied.size == size && copied.address != address)
        api_access(copied.address, size, KE_READ);
}

#define TSAN_PLAIN(bytes)                                                                          \
    void api_tsan_read##bytes(const volatile void *address) {                                      \
        before_read(address, bytes);                                                               \
    }                                                                                              \
    void api_tsan_write##bytes(const volatile void *address) {                                     \
        before_write(address, bytes);                                                              \
    }
TSAN_PLAIN_SIZES

void api_tsan_read_range(const volatile void *address, size_t size) {
    before_read(address, size);
}

void api_tsan_write_range(const volatile void *address, size_t size) {
    before_write(address, size);
}

void api_tsan_vptr_update(const volatile void *address, const void *value) {
    (void)value;
    before_write(address, sizeof value);
}

void *api_tsan_memcpy(void *to, const void *from, size_t size) {
    return api_tsan_memmove(to, from, size);
}

void *api_tsan_memmove(void *to, const void *from, size_t size) {
    api_access_point(from, size, KE_READ);
    api_access(to, size, KE_WRITE);
    return memmove(to, from, size);
}

void *api_tsan_memset(void *to, int value, size_t size) {
    api_access_point(to, size, KE_WRITE);
    return memset(to, value, size);
}

/* ---- atomic operations ----------------------------------------------------------------------- */

#define TSAN_CHANGE(bits, type, operation, expression)                                             \
    type api_tsan_atomic##bits##_##operation(volatile type *variable, type value, int order) {     \
        (void)order;                                                                               \
        api_access_point(variable, sizeof *variable, KE_WRITE);                                    \
        type before = *variable;                                                                   \
        *variable = (type)(expression);                                                            \
        if (*variable == before)                                                                   \
            api_changed_nothing();                                                                 \
        return before;                                                                             \
    }

#define TSAN_ATOMIC(bits, type)                                                                    \
    type api_tsan_atomic##bits##_load(const volatile type *variable, int order) {                  \
        (void)order;                                                                               \
        api_access_point(variable, sizeof *variable, KE_READ);                                     \
        return *variable;                                                                          \
    }                                                                                              \
    void api_tsan_atomic##bits##_store(volatile type *variable, type value, int order) {           \
        (void)order;                                                                               \
        api_access_point(variable, sizeof *variable, KE_WRITE);                                    \
        *variable = value;                                                                         \
    }                                                                                              \
    /* One that fails has only read. */                                                            \
    type api_tsan_atomic##bits##_compare_exchange_val(volatile type *variable, type expected,      \
                                                      type value, int order, int failure) {        \
        (void)order, (void)failure;                                                                \
        api_access_point(variable, sizeof *variable, KE_READ);                                     \
        type before = *variable;                                                                   \
        if (before == expected) {                                                                  \
            *variable = value;                                                                     \
            api_access(variable, sizeof *variable, KE_WRITE);                                      \
        }                                                                                          \
        return before;                                                                             \
    }                                                                                              \
    bool api_tsan_atomic##bits##_compare_exchange(volatile type *variable, type *expected,         \
                                                  type value, int order, int failure) {            \
        type before = api_tsan_atomic##bits##_compare_exchange_val(variable, *expected, value,     \
                                                                   order, failure);                \
        bool done = before == *expected;                                                           \
        if (!done)                                                                                 \
            *expected = before;                                                                    \
        return done;                                                                               \
    }                                                                                              \
    TSAN_CHANGE(bits, type, exchange, value)                                                       \
    TSAN_CHANGE(bits, type, fetch_add, before + value)                                             \
    TSAN_CHANGE(bits, type, fetch_sub, before - value)                                             \
    TSAN_CHANGE(bits, type, fetch_and, before &value)                                              \
    TSAN_CHANGE(bits, type, fetch_or, before | value)                                              \
    TSAN_CHANGE(bits, type, fetch_xor, before ^ value)                                             \
    TSAN_CHANGE(bits, type, fetch_nand, ~(before & value))
TSAN_ATOMIC_SIZES
