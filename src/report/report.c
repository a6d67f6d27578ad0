#include "report/rpt.h"

#include <string.h>

static const struct {
    const char *name;
    rd_status (*write)(const rd_world *world, FILE *file);
} views[] = {
    [RD_FORMAT_TEXT] = {"text", rpt_write_text},
    [RD_FORMAT_JSONL] = {"jsonl", rpt_write_jsonl},
    [RD_FORMAT_PERFETTO] = {"perfetto", rpt_write_perfetto},
};

enum { VIEW_COUNT = sizeof views / sizeof views[0] };

rd_status rd_format_from_name(const char *name, rd_format *format) {
    if (!name || !format)
        return RD_INVALID_ARGUMENT;
    for (size_t i = 0; i < VIEW_COUNT; i++) {
        if (strcmp(views[i].name, name) == 0) {
            *format = (rd_format)i;
            return RD_OK;
        }
    }
    return RD_NOT_FOUND;
}

rd_status rd_report(const rd_world *world, rd_format format, FILE *file) {
    if (!world || !file || (size_t)format >= VIEW_COUNT)
        return RD_INVALID_ARGUMENT;
    rd_status status = views[format].write(world, file);
    if (status != RD_OK)
        return status;
    return fflush(file) == 0 && !ferror(file) ? RD_OK : RD_FAILED;
}

const char *rpt_world_text(const rd_world *world) {
    size_t count = rd_event_count(world);

    for (size_t i = 0; i < count; i++) {
        const rd_event *event = rd_event_at(world, i);
        if (event && event->kind == RD_EVENT_WORLD_START)
            return event->text;
    }
    return "";
}
