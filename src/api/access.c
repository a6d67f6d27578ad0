/* access.c - accesses of simulated code to memory that threads share. */
#include "api/access.h"

void api_touch_words(struct rd_world *w, uintptr_t first, uintptr_t end, enum ke_access_kind kind) {
    for (uintptr_t word = first; word < end; word += API_WORD_SIZE)
        core_touch(w, api_memory_place(w, (const void *)word), kind);
}
