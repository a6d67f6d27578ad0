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

/* Whose access it is: of functions that the compiler lets programs call. */
#define CALLER __builtin_return_address(0)

/* ---- plain accesses, and volatile ones ------------------------------------------------------- */

/*
 * gcc announces both halves of a copy before it does either, of a struct the writing one first: the
 * first half takes place after the point of the second one. So an access to as many bytes as the
 * opposite one at the point just before touches these again. Where that was no copy this does no
 * harm; it is no data race, as that would be one at the first point.
 */
static const volatile void *first_half(struct rd_world *w, const struct ke_memory_access *access) {
    const struct core_announced *before = &w->announced;
    bool is_half = before->memory.size == access->size && before->steps == w->steps &&
                   before->writes == (access->kind == KE_READ);
    return is_half ? before->memory.address : NULL;
}

/* `whole`: it may be that of a struct. */
static void announce(struct ke_memory_access access, bool whole) {
    struct rd_world *w = port_current_world();
    if (!w)
        return;
    bool writes = access.kind == KE_WRITE;
    const volatile void *half = first_half(w, &access);
    api_access_point(&access);
    if (half && half != access.address)
        api_access(half, access.size, writes ? KE_READ : KE_WRITE);
    bool begins = !half && (!writes || whole);
    w->announced = (struct core_announced){
        {access.address, begins ? access.size : 0}, .writes = writes, .steps = w->steps};
}

#define ACCESS(where, bytes, how, as)                                                              \
    ((struct ke_memory_access){                                                                    \
        .address = (where), .size = (bytes), .code = CALLER, .kind = (how), .way = (as)})

#define TSAN_PLAIN(bytes)                                                                          \
    void api_tsan_read##bytes(const volatile void *address) {                                      \
        announce(ACCESS(address, bytes, KE_READ, KE_PLAIN), bytes == 16);                          \
    }                                                                                              \
    void api_tsan_write##bytes(const volatile void *address) {                                     \
        announce(ACCESS(address, bytes, KE_WRITE, KE_PLAIN), bytes == 16);                         \
    }                                                                                              \
    void api_tsan_volatile_read##bytes(const volatile void *address) {                             \
        announce(ACCESS(address, bytes, KE_READ, KE_VOLATILE), bytes == 16);                       \
    }                                                                                              \
    void api_tsan_volatile_write##bytes(const volatile void *address) {                            \
        announce(ACCESS(address, bytes, KE_WRITE, KE_VOLATILE), bytes == 16);                      \
    }
TSAN_PLAIN_SIZES

void api_tsan_read_range(const volatile void *address, size_t size) {
    announce(ACCESS(address, size, KE_READ, KE_PLAIN), true);
}

void api_tsan_write_range(const volatile void *address, size_t size) {
    announce(ACCESS(address, size, KE_WRITE, KE_PLAIN), true);
}

/* Most destructors find the table there that they set: nobody is in a race with that. */
void api_tsan_vptr_update(const volatile void *address, const void *value) {
    const void *const *table = (const void *const *)(uintptr_t)address;
    announce(ACCESS(address, sizeof value, *table == value ? KE_READ : KE_WRITE, KE_PLAIN), false);
}

static void *copy(void *to, const void *from, size_t size, const void *code) {
    api_access_point(&(struct ke_memory_access){
        .address = from, .other = to, .size = size, .code = code, .kind = KE_READ});
    api_access(to, size, KE_WRITE);
    return memmove(to, from, size);
}

void *api_tsan_memcpy(void *to, const void *from, size_t size) {
    return copy(to, from, size, CALLER);
}

void *api_tsan_memmove(void *to, const void *from, size_t size) {
    return copy(to, from, size, CALLER);
}

void *api_tsan_memset(void *to, int value, size_t size) {
    api_access_point(&ACCESS(to, size, KE_WRITE, KE_PLAIN));
    return memset(to, value, size);
}

/* ---- atomic operations ----------------------------------------------------------------------- */

#define TSAN_CHANGE(bits, type, operation, expression)                                             \
    type api_tsan_atomic##bits##_##operation(volatile type *variable, type value, int order) {     \
        (void)order;                                                                               \
        api_atomic_point(variable, sizeof *variable, KE_WRITE, CALLER);                            \
        type before = *variable;                                                                   \
        *variable = (type)(expression);                                                            \
        if (*variable == before)                                                                   \
            api_changed_nothing();                                                                 \
        return before;                                                                             \
    }

#define TSAN_ATOMIC(bits, type)                                                                    \
    type api_tsan_atomic##bits##_load(const volatile type *variable, int order) {                  \
        (void)order;                                                                               \
        api_atomic_point(variable, sizeof *variable, KE_READ, CALLER);                             \
        return *variable;                                                                          \
    }                                                                                              \
    void api_tsan_atomic##bits##_store(volatile type *variable, type value, int order) {           \
        (void)order;                                                                               \
        api_atomic_point(variable, sizeof *variable, KE_WRITE, CALLER);                            \
        *variable = value;                                                                         \
    }                                                                                              \
    /* One that fails has only read. */                                                            \
    static type exchange##bits(volatile type *variable, type expected, type value,                 \
                               const void *code) {                                                 \
        api_exchange_point(variable, sizeof *variable, &expected, code);                           \
        type before = *variable;                                                                   \
        if (before == expected) {                                                                  \
            *variable = value;                                                                     \
            api_access(variable, sizeof *variable, KE_WRITE);                                      \
        }                                                                                          \
        return before;                                                                             \
    }                                                                                              \
    type api_tsan_atomic##bits##_compare_exchange_val(volatile type *variable, type expected,      \
                                                      type value, int order, int failure) {        \
        (void)order, (void)failure;                                                                \
        return exchange##bits(variable, expected, value, CALLER);                                  \
    }                                                                                              \
    bool api_tsan_atomic##bits##_compare_exchange(volatile type *variable, type *expected,         \
                                                  type value, int order, int failure) {            \
        (void)order, (void)failure;                                                                \
        type before = exchange##bits(variable, *expected, value, CALLER);                          \
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
