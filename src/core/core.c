#include "core/core.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/fatal.h"

void *core_alloc(struct rd_world *w, size_t size) {
    w->dirty = true;
    void *memory = base_pool_alloc(&w->pool, size);
    if (RD_UNLIKELY(!memory))
        core_out_of_memory(w);
    return memory;
}

void core_free(struct rd_world *w, void *memory, size_t size) {
    if (memory)
        base_pool_free(&w->pool, memory, size);
}

static char *text_space(struct rd_world *w, size_t size) {
    char *space = base_arena_alloc(&w->run, size);
    if (RD_UNLIKELY(!space))
        core_out_of_memory(w);
    return space;
}

const char *core_text(struct rd_world *w, const char *text) {
    if (!text || !*text)
        return "";
    size_t size = strlen(text) + 1;
    char *copy = text_space(w, size);
    memcpy(copy, text, size);
    return copy;
}

const char *core_textf(struct rd_world *w, const char *format, ...) {
    char buffer[CORE_TEXT_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(buffer, sizeof buffer, format, arguments);
    va_end(arguments);
    return core_text(w, buffer);
}

/* ---- log ------------------------------------------------------------------------------------- */

static bool add_chunk(struct rd_world *w) {
    struct core_log *log = &w->log;
    size_t chunk = log->count / CORE_EVENTS_PER_CHUNK;
    if (chunk == log->chunk_capacity) {
        size_t capacity = log->chunk_capacity ? log->chunk_capacity * 2 : 16;
        rd_event **chunks = base_arena_alloc(&w->run, capacity * sizeof *chunks);
        if (!chunks)
            return false;
        if (chunk)
            memcpy(chunks, log->chunks, chunk * sizeof *chunks);
        log->chunks = chunks;
        log->chunk_capacity = capacity;
    }
    log->chunks[chunk] = base_arena_alloc(&w->run, CORE_EVENTS_PER_CHUNK * sizeof(rd_event));
    return log->chunks[chunk] != NULL;
}

rd_event *core_log_more(struct rd_world *w) {
    struct core_log *log = &w->log;
    w->dirty = true;
    if (log->count >= log->limit || !add_chunk(w)) {
        log->limit = log->count;
        log->dropped++;
        return NULL;
    }
    size_t room = log->limit - log->count;
    log->next = log->chunks[log->count / CORE_EVENTS_PER_CHUNK];
    log->end = log->next + (room < CORE_EVENTS_PER_CHUNK ? room : CORE_EVENTS_PER_CHUNK);
    log->count++;
    return log->next++;
}

void core_log_reset(struct rd_world *w) {
    enum { DEFAULT_EVENTS_MAX = 64 * 1024 * 1024 };
    memset(&w->log, 0, sizeof w->log);
    w->log.enabled = !w->options.log_disabled;
    w->log.limit = w->options.events_max ? w->options.events_max : DEFAULT_EVENTS_MAX;
}

/* ---- errors ---------------------------------------------------------------------------------- */

rd_status core_error(struct rd_world *w, rd_status status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(w->error, sizeof w->error, format, arguments);
    va_end(arguments);
    return status;
}
