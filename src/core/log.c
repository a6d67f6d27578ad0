/* log.c - the public side of the event log: access, search and digest. */
#include <string.h>

#include "core/core.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

size_t rd_event_count(const rd_world *world) {
    return world ? world->log.count : 0;
}

const rd_event *rd_event_at(const rd_world *world, size_t index) {
    if (!world || index >= world->log.count)
        return NULL;
    return &world->log.chunks[index / CORE_EVENTS_PER_CHUNK][index % CORE_EVENTS_PER_CHUNK];
}

const char *rd_event_kind_name(rd_event_kind kind) {
    static const char *const names[] = {
        [RD_EVENT_NONE] = "?",
#define RD_EVENT(symbol, name, sentence) [RD_EVENT_##symbol] = name,
#include "rundown/event.def"
#undef RD_EVENT
    };
    return (unsigned)kind < RD_EVENT_KINDS ? names[kind] : "?";
}

static bool event_matches(const rd_event *event, const rd_event_query *query, unsigned rule) {
    return (!query->kind || event->kind == query->kind) &&
           (!query->pid || event->pid == query->pid) && (!query->tid || event->tid == query->tid) &&
           (!query->rule || (rule && event->rule == rule)) &&
           (!query->text || strstr(event->text, query->text));
}

size_t rd_event_find(const rd_world *world, size_t from, const rd_event_query *query) {
    if (!world || !query)
        return RD_NO_EVENT;
    unsigned rule = query->rule ? core_rule_find(query->rule) : 0;
    for (size_t i = from; i < world->log.count; i++)
        if (event_matches(rd_event_at(world, i), query, rule))
            return i;
    return RD_NO_EVENT;
}

size_t rd_event_matches(const rd_world *world, const rd_event_query *query) {
    size_t matches = 0;
    for (size_t i = rd_event_find(world, 0, query); i != RD_NO_EVENT;
         i = rd_event_find(world, i + 1, query))
        matches++;
    return matches;
}

/* The rule is left out: a growing catalogue renumbers rules, and citing one changes no behaviour.
 */
uint64_t rd_event_digest(const rd_world *world) {
    if (!world)
        return 0;
    XXH3_state_t state;
    XXH3_64bits_reset(&state);
    for (size_t i = 0; i < world->log.count; i++) {
        const rd_event *event = rd_event_at(world, i);
        uint64_t fields[] = {
            event->time,   event->kind,        (uint64_t)event->pid << 32 | event->tid,
            event->object, event->a,           event->b,
            event->c,      strlen(event->text)};
        XXH3_64bits_update(&state, fields, sizeof fields);
        XXH3_64bits_update(&state, event->text, strlen(event->text));
    }
    return XXH3_64bits_digest(&state);
}

unsigned rd_rule_count(void) {
    return core_rule_count();
}

unsigned rd_rule_find(const char *id) {
    return id ? core_rule_find(id) : 0;
}

rd_status rd_rule_get(unsigned rule, rd_rule *out) {
    if (!out)
        return RD_INVALID_ARGUMENT;
    if (!rule || rule > core_rule_count())
        return RD_NOT_FOUND;
    const struct core_rule *found = core_rule_get(rule);
    *out = (rd_rule){found->id,     core_rule_state_name(found->state),
                     found->title,  found->text,
                     found->source, found->tests};
    return RD_OK;
}
