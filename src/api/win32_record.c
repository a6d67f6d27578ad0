/*
 * win32_record.c - what is remembered of a file until the end of the run: its times, which are
 * virtual, its attributes, its number, and whether it is open. The host's times would differ from
 * run to run, so a file that nobody has written to is as old as the machine.
 */
#include "api/win32_disk.h"

struct api_records {
    LIST_ENTRY list; /* of api_record, last used first */
    uint32_t count;
};

static uint64_t hash_of(const char *text) {
    uint64_t hash = 0xCBF29CE484222325u; /* FNV-1a */
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 0x100000001B3u;
    return hash;
}

static void forget(struct api_record *record) {
    for (int i = 0; i < API_TIMES; i++)
        record->times[i] = api_file_time(0);
    record->attributes = 0;
}

struct api_record *api_record_of(struct rd_world *w, const char *path) {
    struct api_records *records = w->records;
    if (!records) {
        w->records = records = core_alloc(w, sizeof *records);
        base_list_init(&records->list);
    }
    base_list_each(link, &records->list) {
        struct api_record *record = base_container(link, struct api_record, link);
        if (strcmp(record->path, path) != 0)
            continue;
        base_list_remove(&record->link);
        base_list_push_front(&records->list, &record->link);
        return record;
    }
    struct api_record *record = core_alloc(w, sizeof *record);
    record->path = core_text(w, path);
    record->place = core_place(CORE_NAME, hash_of(path));
    record->number = ++records->count;
    forget(record);
    base_list_push_front(&records->list, &record->link);
    return record;
}

void api_record_created(struct rd_world *w, struct api_record *record, uint32_t attributes) {
    for (int i = 0; i < API_TIMES; i++)
        record->times[i] = api_file_time(w->now);
    record->attributes = attributes | FILE_ATTRIBUTE_ARCHIVE;
}

void api_record_written(struct rd_world *w, struct api_file *file) {
    struct api_record *record = file->disk->record;
    if (!file->keeps_written)
        record->times[API_WRITTEN] = api_file_time(w->now);
    record->times[API_CHANGED] = api_file_time(w->now);
    if (record->attributes)
        record->attributes |= FILE_ATTRIBUTE_ARCHIVE;
}

/* Whoever holds the file open goes with it; nobody has the other one open. */
void api_record_renamed(struct rd_world *w, const char *from, const char *to) {
    struct api_record *moved = api_record_of(w, from), *replaced = api_record_of(w, to);
    const char *path = replaced->path;
    uint64_t place = replaced->place;
    replaced->path = moved->path;
    replaced->place = moved->place;
    forget(replaced);
    moved->path = path;
    moved->place = place;
    moved->times[API_CHANGED] = api_file_time(w->now);
}

/* ---- attributes ------------------------------------------------------------------------------ */

enum {
    KEPT = FILE_ATTRIBUTE_HIDDEN | FILE_ATTRIBUTE_SYSTEM | FILE_ATTRIBUTE_ARCHIVE |
           FILE_ATTRIBUTE_TEMPORARY | FILE_ATTRIBUTE_OFFLINE | FILE_ATTRIBUTE_NOT_CONTENT_INDEXED
};

DWORD api_attributes(const struct api_record *record, const struct host_file_info *info) {
    bool is_directory = info->kind == HOST_FILE_DIRECTORY;
    DWORD attributes = record->attributes ? record->attributes & KEPT : FILE_ATTRIBUTE_ARCHIVE;
    if (is_directory)
        attributes = (attributes & ~(DWORD)FILE_ATTRIBUTE_ARCHIVE) | FILE_ATTRIBUTE_DIRECTORY;
    else if (!info->writable)
        attributes |= FILE_ATTRIBUTE_READONLY;
    return attributes ? attributes : FILE_ATTRIBUTE_NORMAL;
}

DWORD api_set_attributes(struct rd_world *w, struct api_record *record, DWORD attributes) {
    struct host_file_info info;
    int error = host_file_query(record->path, &info);
    if (!error && info.kind == HOST_FILE_REGULAR)
        error = host_file_set_writable(record->path, !(attributes & FILE_ATTRIBUTE_READONLY));
    if (error)
        return api_path_error(record->path, error);
    record->attributes = (attributes & KEPT) | FILE_ATTRIBUTE_NORMAL;
    record->times[API_CHANGED] = api_file_time(w->now);
    return ERROR_SUCCESS;
}
