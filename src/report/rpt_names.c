#include "report/rpt.h"

#include <stdlib.h>
#include <string.h>

enum { SYSTEM_PID = 4 };

/* Position of the first entry whose id is not below `id`. */
static size_t lower_bound(const struct rpt_map *map, uint32_t id) {
    size_t low = 0;
    size_t high = map->count;

    if (high && map->entries[high - 1].id < id)
        return high;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (map->entries[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct rpt_map_entry *rpt_map_find(const struct rpt_map *map, uint32_t id) {
    size_t at = lower_bound(map, id);
    return at < map->count && map->entries[at].id == id ? &map->entries[at] : NULL;
}

struct rpt_map_entry *rpt_map_add(struct rpt_map *map, uint32_t id) {
    size_t at = lower_bound(map, id);

    if (at < map->count && map->entries[at].id == id)
        return &map->entries[at];
    if (map->count == map->capacity) {
        size_t capacity = map->capacity ? map->capacity * 2 : 64;
        struct rpt_map_entry *entries = realloc(map->entries, capacity * sizeof *entries);
        if (!entries)
            return NULL;
        map->entries = entries;
        map->capacity = capacity;
    }
    memmove(&map->entries[at + 1], &map->entries[at], (map->count - at) * sizeof map->entries[0]);
    map->count++;
    map->entries[at] = (struct rpt_map_entry){.id = id};
    return &map->entries[at];
}

void rpt_map_free(struct rpt_map *map) {
    free(map->entries);
    *map = (struct rpt_map){0};
}

static void learn(struct rpt_names *names, struct rpt_map *map, uint64_t id, const char *text,
                  uint64_t cid) {
    struct rpt_map_entry *entry = rpt_map_add(map, (uint32_t)id);
    if (entry) {
        entry->text = text;
        entry->cid = (uint32_t)cid;
    } else {
        names->failed = true;
    }
}

void rpt_names_learn(struct rpt_names *names, const rd_event *event) {
    if (event->kind == RD_EVENT_OBJECT_CREATE && event->object)
        learn(names, &names->objects, event->object, event->text, 0);
    if (event->kind == RD_EVENT_PROCESS_CREATE)
        learn(names, &names->processes, event->a, event->text, 0);
    if (event->kind == RD_EVENT_PROCESS_CREATE && event->object)
        learn(names, &names->objects, event->object, event->text, event->a);
    if (event->kind == RD_EVENT_THREAD_CREATE && event->object)
        learn(names, &names->objects, event->object, "", event->a);
}

void rpt_names_free(struct rpt_names *names) {
    rpt_map_free(&names->objects);
    rpt_map_free(&names->processes);
}

/* Processes and threads are known by their ids, which say more than the number of the object. */
static void put_cid(struct rpt_text *text, const struct rpt_map_entry *entry) {
    rpt_put(text, entry->text[0] ? "Process " : "Thread ");
    rpt_put_decimal(text, entry->cid);
    if (entry->text[0]) {
        rpt_put(text, " '");
        rpt_put_printable(text, entry->text);
        rpt_put_char(text, '\'');
    }
}

/* The log names any other object "Type" or "Type 'name'"; the number goes between the two. */
void rpt_put_object(struct rpt_text *text, const struct rpt_names *names, uint32_t number) {
    const struct rpt_map_entry *entry = rpt_map_find(&names->objects, number);
    const char *name = entry && entry->text[0] ? entry->text : "object";
    size_t type_length = strcspn(name, " ");

    if (number == 0) {
        rpt_put(text, "nothing");
        return;
    }
    if (entry && entry->cid) {
        put_cid(text, entry);
        return;
    }
    rpt_put_bytes(text, name, type_length);
    rpt_put_char(text, '#');
    rpt_put_decimal(text, number);
    rpt_put_printable(text, name + type_length);
}

const char *rpt_process_name(const struct rpt_names *names, uint32_t pid) {
    const struct rpt_map_entry *entry = rpt_map_find(&names->processes, pid);

    if (entry && entry->text[0]) {
        const char *name = entry->text;
        for (const char *c = name; *c; c++)
            if ((*c == '\\' || *c == '/') && c[1])
                name = c + 1;
        return name;
    }
    if (pid == 0)
        return "machine";
    return pid == SYSTEM_PID ? "System" : "?";
}
