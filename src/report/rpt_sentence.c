/*
 * Sentences of event.def, filled in. The head comment of event.def is the grammar.
 */
#include "report/rpt.h"

#include <string.h>

enum { SMALL_STATUS_LIMIT = 0x10000, TICKS_PER_MS_DECIMALS = 4 };

static const char *const sentences[RD_EVENT_KINDS] = {
#define RD_EVENT(symbol, name, sentence) [RD_EVENT_##symbol] = (sentence),
#include "rundown/event.def"
#undef RD_EVENT
};

struct sentence {
    struct rpt_text *out;
    const struct rpt_names *names;
    const rd_event *event;
};

/* Small codes are somebody's exit codes; large ones are statuses, which people know in hexadecimal.
 */
static void put_status(struct rpt_text *out, uint64_t value) {
    uint32_t status = (uint32_t)value;
    const char *name = rpt_ntstatus_name(status);

    if (status < SMALL_STATUS_LIMIT) {
        rpt_put_decimal(out, status);
        return;
    }
    rpt_put(out, "0x");
    rpt_put_hex(out, status, 8);
    if (name) {
        rpt_put(out, " ");
        rpt_put(out, name);
    }
}

/* Milliseconds without needless zeros: 15 ms, 0.5 ms. */
static void put_duration(struct rpt_text *out, uint64_t ticks) {
    unsigned decimals = TICKS_PER_MS_DECIMALS;

    while (decimals && ticks % 10 == 0) {
        ticks /= 10;
        decimals--;
    }
    rpt_put_scaled(out, ticks, decimals);
    rpt_put(out, " ms");
}

static uint64_t field_value(const rd_event *event, char field) {
    switch (field) {
    case 'a':
        return event->a;
    case 'b':
        return event->b;
    case 'c':
        return event->c;
    case 'o':
        return event->object;
    case 't':
        return event->text[0] != '\0';
    default:
        return 0;
    }
}

static bool is_format(const char *format, size_t length, const char *name) {
    return strlen(name) == length && memcmp(format, name, length) == 0;
}

/* yes|no: the part before the bar if the value is not 0, else the part behind it. */
static void put_choice(struct rpt_text *out, const char *choice, size_t length, bool yes) {
    const char *bar = memchr(choice, '|', length);
    size_t yes_length = bar ? (size_t)(bar - choice) : length;

    if (yes)
        rpt_put_bytes(out, choice, yes_length);
    else if (bar)
        rpt_put_bytes(out, bar + 1, length - yes_length - 1);
}

/* Expands what stands between braces: a field's letter, and a format after a colon. */
static void put_field(const struct sentence *s, const char *spec, size_t length) {
    struct rpt_text *out = s->out;
    uint64_t value = field_value(s->event, spec[0]);
    const char *format = length > 2 ? spec + 2 : "";
    size_t format_length = length > 2 ? length - 2 : 0;

    if (format_length && format[0] == '?')
        put_choice(out, format + 1, format_length - 1, value != 0);
    else if (spec[0] == 'o' || is_format(format, format_length, "o"))
        rpt_put_object(out, s->names, (uint32_t)value);
    else if (spec[0] == 't')
        rpt_put_printable(out, s->event->text);
    else if (is_format(format, format_length, "x"))
        rpt_put_hex(out, value, 1);
    else if (is_format(format, format_length, "st"))
        put_status(out, value);
    else if (is_format(format, format_length, "ms"))
        put_duration(out, value);
    else if (is_format(format, format_length, "h")) {
        rpt_put(out, "0x");
        rpt_put_hex(out, value, 1);
    } else if (is_format(format, format_length, "acc")) {
        rpt_put(out, "0x");
        rpt_put_hex(out, value, 8);
    } else
        rpt_put_decimal(out, value);
}

void rpt_put_sentence(struct rpt_text *text, const struct rpt_names *names, const rd_event *event) {
    struct sentence s = {text, names, event};
    const char *rest = event->kind < RD_EVENT_KINDS ? sentences[event->kind] : NULL;

    if (!rest)
        rest = "unknown event {t}";
    while (*rest) {
        size_t plain = strcspn(rest, "{");
        rpt_put_bytes(text, rest, plain);
        rest += plain;
        const char *close = *rest ? strchr(rest, '}') : NULL;
        if (!close)
            break;
        put_field(&s, rest + 1, (size_t)(close - rest - 1));
        rest = close + 1;
    }
}

/*
 * Names of objects stand in earlier events, so the log up to this event is read; rd_report, which
 * goes through the log anyway, does not come here.
 */
int rd_event_describe(const rd_world *world, const rd_event *event, char *text, size_t size) {
    struct rpt_names names = {0};
    struct rpt_text out = {.data = text, .capacity = text ? size : 0, .fixed = true};
    size_t count = world ? rd_event_count(world) : 0;

    rpt_text_clear(&out);
    if (!event)
        return 0;
    for (size_t i = 0; i < count; i++) {
        const rd_event *earlier = rd_event_at(world, i);
        if (earlier == NULL || earlier == event)
            break;
        rpt_names_learn(&names, earlier);
    }
    rpt_names_learn(&names, event);
    rpt_put_sentence(&out, &names, event);
    rpt_names_free(&names);
    return (int)out.length;
}
