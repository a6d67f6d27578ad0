/*
 * Chrome trace JSON, as ui.perfetto.dev imports it.
 *
 * Perfetto reads a time stamp as a double in microseconds, multiplies it by 1000 and cuts off the
 * fraction. A stamp printed half a nanosecond late therefore always arrives as exactly the
 * nanosecond meant, and slices nest.
 */
#include "report/rpt_lanes.h"

#include "rundown/rundown.h"

struct writer {
    struct rpt_timeline t;
    struct rpt_text line;
    struct rpt_text name;
    FILE *file;
    bool first;
};

static void put_string(struct rpt_text *line, const char *key, const char *value) {
    rpt_put_key(line, key);
    rpt_put_json(line, value);
}

static void put_number(struct rpt_text *line, const char *key, uint64_t value) {
    rpt_put_key(line, key);
    rpt_put_decimal(line, value);
}

static void put_microseconds(struct rpt_text *line, const char *key, uint64_t nanoseconds) {
    rpt_put_key(line, key);
    rpt_put_scaled(line, nanoseconds * 10 + 5, 4);
}

static void begin_entry(struct writer *w) {
    rpt_put(&w->line, w->first ? "{" : ",\n{");
    w->first = false;
}

/* ---- names of processes and threads ---------------------------------------------------------- */

struct label {
    const char *key; /* "process_name" and so on */
    uint32_t file_pid;
    uint32_t file_tid;
};

static void put_label(struct writer *w, const struct label *label, const char *name, size_t order) {
    begin_entry(w);
    put_string(&w->line, "name", label->key);
    put_string(&w->line, "ph", "M");
    put_number(&w->line, "pid", label->file_pid);
    put_number(&w->line, "tid", label->file_tid);
    rpt_put_key(&w->line, "args");
    rpt_put(&w->line, "{");
    if (name)
        put_string(&w->line, "name", name);
    else
        put_number(&w->line, "sort_index", order);
    rpt_put(&w->line, "}}");
}

static void put_use(struct rpt_text *name, uint32_t use) {
    if (use < 2)
        return;
    rpt_put(name, " [use ");
    rpt_put_decimal(name, use);
    rpt_put(name, " of this id]");
}

static void put_process(struct writer *w, size_t index) {
    const struct rpt_process *process = &w->t.processes[index];
    struct rpt_names none = {0};
    uint32_t tid = process->file_pid; /* importers want one; a thread of the process will do */
    struct rpt_map_entry image = {.id = process->pid, .text = process->image};

    if (process->image)
        none.processes = (struct rpt_map){.entries = &image, .count = 1};
    for (size_t i = 0; i < w->t.lane_count; i++) {
        if (w->t.lanes[i].process == index) {
            tid = w->t.lanes[i].file_tid;
            break;
        }
    }
    rpt_text_clear(&w->name);
    rpt_put(&w->name, rpt_process_name(&none, process->pid));
    if (process->pid) {
        rpt_put(&w->name, " (");
        rpt_put_decimal(&w->name, process->pid);
        rpt_put(&w->name, ")");
    }
    put_use(&w->name, process->use);
    put_label(w, &(struct label){"process_name", process->file_pid, tid}, rpt_string(&w->name), 0);
    put_label(w, &(struct label){"process_sort_index", process->file_pid, tid}, NULL, index);
}

static void put_lane(struct writer *w, size_t index) {
    const struct rpt_lane *lane = &w->t.lanes[index];
    uint32_t file_pid = w->t.processes[lane->process].file_pid;

    rpt_text_clear(&w->name);
    if (lane->tid) {
        rpt_put(&w->name, "thread ");
        rpt_put_decimal(&w->name, lane->tid);
    } else {
        rpt_put(&w->name, "clock and host");
    }
    put_use(&w->name, lane->use);
    put_label(w, &(struct label){"thread_name", file_pid, lane->file_tid}, rpt_string(&w->name), 0);
    put_label(w, &(struct label){"thread_sort_index", file_pid, lane->file_tid}, NULL, index);
}

/* ---- slices, instants, arrows ---------------------------------------------------------------- */

static void put_args(struct writer *w, size_t index, const rd_event *event) {
    rd_rule rule;

    rpt_put_key(&w->line, "args");
    rpt_put(&w->line, "{");
    put_number(&w->line, "seq", index);
    put_string(&w->line, "kind", rd_event_kind_name((rd_event_kind)event->kind));
    if (event->rule && rd_rule_get(event->rule, &rule) == RD_OK) {
        put_string(&w->line, "rule", rule.id);
        put_string(&w->line, "title", rule.title);
    }
    rpt_put(&w->line, "}");
}

static bool is_arrow(const struct rpt_mark *mark) {
    return mark->kind == RPT_FLOW_OUT || mark->kind == RPT_FLOW_IN;
}

/* Both ends of an arrow must have the same name, category and number. */
static void put_mark_name(struct writer *w, const struct rpt_mark *mark, const rd_event *event) {
    rpt_text_clear(&w->name);
    if (mark->kind == RPT_RUN)
        rpt_put(&w->name, "runs");
    else if (is_arrow(mark))
        rpt_put(&w->name, event->kind == RD_EVENT_WAKE ? "wakes" : "terminates");
    else if (event->kind == RD_EVENT_DLL_CALL)
        rpt_put(&w->name, event->text);
    else
        rpt_put_sentence(&w->name, &w->t.names, event);
    put_string(&w->line, "name", rpt_string(&w->name));
}

static void put_mark(struct writer *w, const struct rpt_mark *mark) {
    static const struct {
        const char *category, *phase;
    } looks[] = {
        [RPT_DROPPED] = {"", ""},        [RPT_RUN] = {"run", "X"},
        [RPT_WAIT] = {"wait", "X"},      [RPT_CALL] = {"call", "X"},
        [RPT_KILL] = {"kill", "X"},      [RPT_INSTANT] = {"event", "i"},
        [RPT_FLOW_OUT] = {"arrow", "s"}, [RPT_FLOW_IN] = {"arrow", "f"},
    };
    const rd_event *event = rd_event_at(w->t.world, mark->event);
    const struct rpt_lane *lane = &w->t.lanes[mark->lane];
    bool is_slice = looks[mark->kind].phase[0] == 'X';
    bool is_rule = mark->kind == RPT_INSTANT && event->rule;

    begin_entry(w);
    put_mark_name(w, mark, event);
    put_string(&w->line, "cat", is_rule ? "rule" : looks[mark->kind].category);
    put_string(&w->line, "ph", looks[mark->kind].phase);
    put_microseconds(&w->line, "ts", mark->start);
    if (is_slice)
        put_microseconds(&w->line, "dur", mark->length);
    put_number(&w->line, "pid", w->t.processes[lane->process].file_pid);
    put_number(&w->line, "tid", lane->file_tid);
    if (is_arrow(mark))
        put_number(&w->line, "id", mark->flow);
    if (mark->kind == RPT_FLOW_IN)
        put_string(&w->line, "bp", "e");
    if (mark->kind == RPT_INSTANT)
        put_string(&w->line, "s", "t");
    if (!is_arrow(mark) && mark->kind != RPT_RUN)
        put_args(w, mark->event, event);
    rpt_put(&w->line, "}");
}

static void put_footer(struct writer *w) {
    rpt_put(&w->line, "\n],\"metadata\":{");
    put_string(&w->line, "tool", "rundown " RD_VERSION_STRING);
    put_string(&w->line, "world", rpt_world_text(w->t.world));
    put_number(&w->line, "events", rd_event_count(w->t.world));
    rpt_put(&w->line, "}}\n");
}

static rd_status write_all(struct writer *w) {
    rd_status status;

    rpt_put(&w->line, "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n");
    for (size_t i = 0; i < w->t.process_count; i++)
        put_process(w, i);
    for (size_t i = 0; i < w->t.lane_count; i++)
        put_lane(w, i);
    status = rpt_flush(&w->line, w->file);
    for (size_t i = 0; i < w->t.mark_count && status == RD_OK; i++) {
        if (w->t.marks[i].kind == RPT_DROPPED)
            continue;
        put_mark(w, &w->t.marks[i]);
        status = w->name.failed ? RD_NO_MEMORY : rpt_flush(&w->line, w->file);
    }
    put_footer(w);
    return status == RD_OK ? rpt_flush(&w->line, w->file) : status;
}

rd_status rpt_write_perfetto(const rd_world *world, FILE *file) {
    struct writer w = {.file = file, .first = true};
    rd_status status = RD_NO_MEMORY;

    if (rpt_timeline_build(&w.t, world))
        status = write_all(&w);
    rpt_timeline_free(&w.t);
    rpt_text_free(&w.line);
    rpt_text_free(&w.name);
    return status;
}
