/*
 * JSON Lines: the primary machine format. Key order and spelling are fixed, so that the same log
 * always gives the same bytes.
 */
#include "report/rpt.h"

#include "rundown/rundown.h"

static void put_number(struct rpt_text *line, const char *key, uint64_t value) {
    rpt_put_key(line, key);
    rpt_put_decimal(line, value);
}

static void put_string(struct rpt_text *line, const char *key, const char *value) {
    rpt_put_key(line, key);
    rpt_put_json(line, value);
}

static void put_header(struct rpt_text *line, const rd_world *world) {
    rpt_put(line, "{");
    put_string(line, "rundown", RD_VERSION_STRING);
    put_number(line, "schema", RPT_SCHEMA);
    put_string(line, "time_unit", "100ns");
    put_string(line, "world", rpt_world_text(world));
    put_number(line, "events", rd_event_count(world));
    rpt_put(line, "}\n");
}

static void put_event(struct rpt_text *line, size_t seq, const rd_event *event) {
    rd_rule rule;

    rpt_put(line, "{");
    put_number(line, "seq", seq);
    put_number(line, "time", event->time);
    put_string(line, "kind", rd_event_kind_name((rd_event_kind)event->kind));
    put_number(line, "pid", event->pid);
    put_number(line, "tid", event->tid);
    put_number(line, "object", event->object);
    put_number(line, "a", event->a);
    put_number(line, "b", event->b);
    put_number(line, "c", event->c);
    put_string(line, "text", event->text);
    if (event->rule && rd_rule_get(event->rule, &rule) == RD_OK) {
        put_string(line, "rule", rule.id);
    } else {
        rpt_put_key(line, "rule");
        rpt_put(line, "null");
    }
    rpt_put(line, "}\n");
}

rd_status rpt_write_jsonl(const rd_world *world, FILE *file) {
    struct rpt_text line = {0};
    size_t count = rd_event_count(world);
    rd_status status;

    put_header(&line, world);
    status = rpt_flush(&line, file);
    for (size_t i = 0; i < count && status == RD_OK; i++) {
        const rd_event *event = rd_event_at(world, i);
        if (!event)
            break;
        put_event(&line, i, event);
        status = rpt_flush(&line, file);
    }
    rpt_text_free(&line);
    return status;
}
