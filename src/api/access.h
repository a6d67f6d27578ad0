/*
 * access.h - accesses of simulated code to memory that threads share.
 *
 * Accesses of different widths meet in the words of four bytes that they have in common: each word
 * is a place of its own.
 */
#ifndef RD_API_ACCESS_H
#define RD_API_ACCESS_H

#include "api/race.h"
#include "api/win32_park.h"

enum { API_WORD_SIZE = 4 };

/* Where the word that holds the byte at that address begins. */
static inline uintptr_t api_word(uintptr_t address) {
    return address / API_WORD_SIZE * API_WORD_SIZE;
}

/* Who explores is told that the running step touches the words from there to the end. */
void api_touch_words(struct rd_world *w, uintptr_t first, uintptr_t end, enum ke_access_kind kind);

/* The running step touches the memory. Nothing happens unless a simulated thread runs. */
static inline void api_access(const volatile void *address, size_t size, enum ke_access_kind kind) {
    struct rd_world *w = port_current_world();
    if (w && RD_UNLIKELY(core_is_watched(w)))
        api_touch_words(w, api_word((uintptr_t)address), (uintptr_t)address + size, kind);
}

/* A scheduling point before that access, which touches the memory. */
static inline void api_access_point(const struct ke_memory_access *access) {
    struct rd_world *w = port_current_world();
    uintptr_t word = api_word((uintptr_t)access->address);
    uintptr_t end = (uintptr_t)access->address + access->size;
    if (!w || !access->size)
        return;
    uint64_t place = api_memory_place(w, (const void *)word);
    if (RD_UNLIKELY(api_looks_for_races(w)))
        api_race_point(w, place, access);
    else
        ke_point(w, place, access->kind);
    if (RD_UNLIKELY(word + API_WORD_SIZE < end && core_is_watched(w)))
        api_touch_words(w, word + API_WORD_SIZE, end, access->kind);
}

/* The same before an atomic operation. `code`: whose it is. */
static inline void api_atomic_point(const volatile void *address, size_t size,
                                    enum ke_access_kind kind, const void *code) {
    api_access_point(&(struct ke_memory_access){
        .address = address, .size = size, .code = code, .kind = kind, .way = KE_ATOMIC});
}

/* A compare-and-exchange is a read until it is known whether it writes. */
static inline void api_exchange_point(const volatile void *address, size_t size,
                                      const void *expected, const void *code) {
    api_access_point(&(struct ke_memory_access){.address = address,
                                                .size = size,
                                                .expected = expected,
                                                .code = code,
                                                .kind = KE_READ,
                                                .way = KE_ATOMIC});
}

/* After a step that was to write: everything has stayed as it was. */
static inline void api_changed_nothing(void) {
    struct rd_world *w = port_current_world();
    if (w)
        ke_changed_nothing(w);
}

#endif
