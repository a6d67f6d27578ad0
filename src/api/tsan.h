/*
 * tsan.h - what code calls that was compiled with -fsanitize=thread: the compiler puts a call
 * before each plain access to memory, and makes calls of atomic operations. Each becomes a
 * scheduling point, as Windows' interlocked functions are.
 *
 * The functions carry names of their own here, as the host may have been compiled that way, too;
 * tsan_exports.def says what compilers call them. What is a point depends on nothing but the call:
 * plain runs and explorations go the same way.
 */
#ifndef RD_API_TSAN_H
#define RD_API_TSAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The module begins; a function begins or ends; fences: of no interest here. */
void api_tsan_nothing(void);

/* ---- plain accesses: TSAN_PLAIN(bytes) ------------------------------------------------------- */

#define TSAN_PLAIN_SIZES TSAN_PLAIN(1) TSAN_PLAIN(2) TSAN_PLAIN(4) TSAN_PLAIN(8) TSAN_PLAIN(16)

#define TSAN_PLAIN(bytes)                                                                          \
    void api_tsan_read##bytes(const volatile void *address);                                       \
    void api_tsan_write##bytes(const volatile void *address);                                      \
    void api_tsan_volatile_read##bytes(const volatile void *address);                              \
    void api_tsan_volatile_write##bytes(const volatile void *address);
TSAN_PLAIN_SIZES
#undef TSAN_PLAIN

void api_tsan_read_range(const volatile void *address, size_t size);
void api_tsan_write_range(const volatile void *address, size_t size);
/* C++: a constructor or destructor sets the table of virtual functions. */
void api_tsan_vptr_update(const volatile void *address, const void *value);

/* The linker puts these into the places of the functions without api_tsan_. */
void *api_tsan_memcpy(void *to, const void *from, size_t size);
void *api_tsan_memmove(void *to, const void *from, size_t size);
void *api_tsan_memset(void *to, int value, size_t size);

/* ---- atomic operations: TSAN_ATOMIC(bits, type) ---------------------------------------------- */

#define TSAN_ATOMIC_SIZES                                                                          \
    TSAN_ATOMIC(8, uint8_t)                                                                        \
    TSAN_ATOMIC(16, uint16_t)                                                                      \
    TSAN_ATOMIC(32, uint32_t)                                                                      \
    TSAN_ATOMIC(64, uint64_t)                                                                      \
    TSAN_ATOMIC(128, unsigned __int128)

#define TSAN_CHANGE(bits, type, operation)                                                         \
    type api_tsan_atomic##bits##_##operation(volatile type *variable, type value, int order);

#define TSAN_ATOMIC(bits, type)                                                                    \
    type api_tsan_atomic##bits##_load(const volatile type *variable, int order);                   \
    void api_tsan_atomic##bits##_store(volatile type *variable, type value, int order);            \
    type api_tsan_atomic##bits##_compare_exchange_val(volatile type *variable, type expected,      \
                                                      type value, int order, int failure);         \
    bool api_tsan_atomic##bits##_compare_exchange(volatile type *variable, type *expected,         \
                                                  type value, int order, int failure);             \
    TSAN_CHANGE(bits, type, exchange)                                                              \
    TSAN_CHANGE(bits, type, fetch_add)                                                             \
    TSAN_CHANGE(bits, type, fetch_sub)                                                             \
    TSAN_CHANGE(bits, type, fetch_and)                                                             \
    TSAN_CHANGE(bits, type, fetch_or)                                                              \
    TSAN_CHANGE(bits, type, fetch_xor)                                                             \
    TSAN_CHANGE(bits, type, fetch_nand)
TSAN_ATOMIC_SIZES
#undef TSAN_ATOMIC
#undef TSAN_CHANGE

#endif
