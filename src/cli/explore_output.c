/* explore_output.c - the result of an exploration as text, JSON, JUnit or TAP. */
#include "explore.h"

#include <inttypes.h>
#include <string.h>

enum { CHOICES_TEXT_MAX = 128 };

static int status_of(const rd_explore_result *r) {
    switch (r->verdict) {
    case RD_EXPLORE_OK:
        return CLI_OK;
    case RD_EXPLORE_INCONCLUSIVE:
        return CLI_LIMIT;
    case RD_EXPLORE_NONDETERMINISTIC:
        return CLI_INTERNAL;
    case RD_EXPLORE_DIVERGED:
    case RD_EXPLORE_ERROR:
        return CLI_USAGE;
    default:
        return CLI_FAILED;
    }
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void put_text(FILE *file, const char *key, const char *text) {
    fprintf(file, ", \"%s\": ", key);
    if (text)
        cli_put_json(file, text);
    else
        fputs("null", file);
}

static void put_number(FILE *file, const char *key, uint64_t number) {
    fprintf(file, ", \"%s\": %" PRIu64, key, number);
}

static void write_json(FILE *file, const rd_explore_result *r) {
    char choices[CHOICES_TEXT_MAX];

    fprintf(file,
            "{\"verdict\": \"%s\", \"complete\": %s, \"executions\": %" PRIu64
            ", \"executions_per_second\": %.1f, \"strategy\": \"%s\", \"seed\": %" PRIu64,
            rd_explore_verdict_name(r->verdict), r->complete ? "true" : "false", r->executions,
            r->executions_per_second, r->strategy, r->seed);
    put_text(file, "replay", r->replay);
    put_text(file, "program", r->name);
    put_text(file, "build", r->build);
    put_text(file, "stopped", r->stopped);
    put_number(file, "redundant", r->redundant);
    put_number(file, "depth", r->depth_max);
    fprintf(file, ", \"seconds\": %.3f", r->seconds);
    put_number(file, "shard", r->shard);
    put_number(file, "shards", r->shards);
    put_number(file, "violations", r->violations);
    put_number(file, "found_at", r->found_at);
    put_number(file, "found_decisions", r->found_decisions);
    put_number(file, "decisions", r->decisions);
    put_number(file, "preemptions", r->preemptions);
    put_number(file, "depth_limit", r->depth_limit);
    if (r->preemptions_bounded)
        put_number(file, "preemptions_limit", r->preemptions_limit);
    else
        put_text(file, "preemptions_limit", NULL);
    fprintf(file, ", \"polled\": %s", r->polled ? "true" : "false");
    exploration_choices(r->choose, choices, sizeof choices);
    put_text(file, "choose", choices);
    exploration_allowed(r->allowed, choices, sizeof choices);
    put_text(file, "allow", choices);
    put_text(file, "explanation", r->explanation);
    put_text(file, "report", r->report);
    fputs("}\n", file);
}

/* ---- JUnit ----------------------------------------------------------------------------------- */

/* XML 1.0 has no way to say most control characters, nor U+FFFE and U+FFFF. */
static bool is_xml(const char *text, size_t length) {
    unsigned char c = (unsigned char)*text;
    return length > 0 && (c >= 0x20 || c == '\n' || c == '\t') &&
           strncmp(text, "\xEF\xBF\xBE", length) != 0 && strncmp(text, "\xEF\xBF\xBF", length) != 0;
}

static void put_xml_until(FILE *file, const char *text, const char *end) {
    for (size_t length; text < end; text += length ? length : 1) {
        unsigned char c = (unsigned char)*text;
        length = cli_character(text);
        if (!is_xml(text, length))
            fputc('?', file);
        else if (c == '<')
            fputs("&lt;", file);
        else if (c == '>')
            fputs("&gt;", file);
        else if (c == '&')
            fputs("&amp;", file);
        else if (c == '"')
            fputs("&quot;", file);
        else
            fwrite(text, 1, length, file);
    }
}

static void put_xml(FILE *file, const char *text) {
    put_xml_until(file, text, text + strlen(text));
}

static void put_property(FILE *file, const char *name, const char *value) {
    fprintf(file, "        <property name=\"%s\" value=\"", name);
    put_xml(file, value);
    fputs("\"/>\n", file);
}

static void put_properties(FILE *file, const rd_explore_result *r) {
    char number[32];

    fputs("      <properties>\n", file);
    put_property(file, "strategy", r->strategy);
    snprintf(number, sizeof number, "%" PRIu64, r->seed);
    put_property(file, "seed", number);
    snprintf(number, sizeof number, "%" PRIu64, r->executions);
    put_property(file, "executions", number);
    put_property(file, "complete", r->complete ? "true" : "false");
    if (r->replay)
        put_property(file, "replay", r->replay);
    fputs("      </properties>\n", file);
}

/* What is wrong with the program is a failure, what is wrong with the test an error. */
static const char *xml_element(const rd_explore_result *r) {
    int status = status_of(r);
    return status == CLI_OK                              ? NULL
           : status == CLI_FAILED || status == CLI_LIMIT ? "failure"
                                                         : "error";
}

static void put_problem(FILE *file, const rd_explore_result *r, const char *element) {
    const char *verdict = rd_explore_verdict_name(r->verdict);

    fprintf(file, "      <%s type=\"%s\" message=\"%s: ", element, verdict, verdict);
    put_xml_until(file, r->explanation, r->explanation + strcspn(r->explanation, "\n"));
    if (r->replay) {
        fputs("; replay: ", file);
        put_xml(file, r->replay);
    }
    fputs("\">", file);
    put_xml(file, r->explanation);
    fprintf(file, "</%s>\n", element);
}

static void write_junit(FILE *file, const rd_explore_result *r) {
    const char *element = xml_element(r);
    int failures = element && strcmp(element, "failure") == 0, errors = element && !failures;

    fprintf(file,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<testsuites tests=\"1\" failures=\"%d\" errors=\"%d\" time=\"%.3f\">\n"
            "  <testsuite name=\"rundown.explore\" tests=\"1\" failures=\"%d\" errors=\"%d\" "
            "skipped=\"0\" time=\"%.3f\">\n"
            "    <testcase name=\"",
            failures, errors, r->seconds, failures, errors, r->seconds);
    put_xml(file, r->name);
    fputs("\" classname=\"rundown.explore\" file=\"", file);
    put_xml(file, r->name);
    fprintf(file, "\" time=\"%.3f\" status=\"%s\">\n", r->seconds,
            rd_explore_verdict_name(r->verdict));
    put_properties(file, r);
    if (element)
        put_problem(file, r, element);
    fputs("      <system-out>", file);
    put_xml(file, r->report ? r->report : "");
    fputs("</system-out>\n    </testcase>\n  </testsuite>\n</testsuites>\n", file);
}

/* ---- TAP ------------------------------------------------------------------------------------- */

/* Text on a line that ends with the line, and where # SKIP would be an order. */
static void put_description(FILE *file, const char *text) {
    for (size_t length; *text; text += length ? length : 1) {
        length = cli_character(text);
        if (length == 0 || (unsigned char)*text < 0x20)
            fputc('?', file);
        else
            fprintf(file, "%s%.*s", *text == '#' || *text == '\\' ? "\\" : "", (int)length, text);
    }
}

/* The lines of a text as a block of YAML. */
static void put_block(FILE *file, const char *key, const char *text) {
    fprintf(file, "  %s: |\n", key);
    while (*text) {
        size_t length = strcspn(text, "\n");
        fprintf(file, "    %.*s\n", (int)length, text);
        text += length + (text[length] == '\n');
    }
}

static void write_tap(FILE *file, const rd_explore_result *r) {
    bool good = r->verdict == RD_EXPLORE_OK;

    fprintf(file, "TAP version 14\n1..1\n%sok 1 - ", good ? "" : "not ");
    put_description(file, r->name);
    fprintf(file, ": %s\n  ---\n", rd_explore_verdict_name(r->verdict));
    fprintf(file, "  verdict: %s\n  complete: %s\n  executions: %" PRIu64 "\n",
            rd_explore_verdict_name(r->verdict), r->complete ? "true" : "false", r->executions);
    fprintf(file, "  strategy: %s\n  seed: %" PRIu64 "\n  duration_ms: %.0f\n", r->strategy,
            r->seed, r->seconds * 1000);
    if (r->replay)
        fprintf(file, "  replay: '%s'\n", r->replay);
    if (!good)
        put_block(file, "message", r->explanation);
    put_block(file, "report", r->report ? r->report : "");
    fputs("  ...\n", file);
}

/* ---- text ------------------------------------------------------------------------------------ */

/* The first line says how it has ended. */
void exploration_write_text(FILE *file, const rd_explore_result *r) {
    int status = status_of(r), first = (int)strcspn(r->report, "\n");
    const char *color = status == CLI_OK ? "32" : status == CLI_FAILED ? "1;31" : "33";

    if (cli_colored(file))
        fprintf(file, "\033[%sm%.*s\033[m%s", color, first, r->report, r->report + first);
    else
        fputs(r->report, file);
}

/* ---- all of them ----------------------------------------------------------------------------- */

static void write_result(FILE *file, const rd_explore_result *r, enum exploration_format format) {
    switch (format) {
    case EXPLORATION_JSON:
        write_json(file, r);
        break;
    case EXPLORATION_JUNIT:
        write_junit(file, r);
        break;
    case EXPLORATION_TAP:
        write_tap(file, r);
        break;
    case EXPLORATION_TEXT:
        if (r->verdict != RD_EXPLORE_ERROR)
            exploration_write_text(file, r);
        break;
    }
}

/* CLI_OK, or a status after a message. */
static int write_file(const rd_explore_result *r, const struct exploration_output *output) {
    struct cli_file file;
    int error = cli_file_open(&file, output->path);

    if (!error) {
        write_result(file.stream, r, output->format);
        error = cli_file_close(&file, true);
    }
    if (!error)
        return CLI_OK;
    cli_error("cannot write '%s': %s", output->path, strerror(error));
    return CLI_INTERNAL;
}

int exploration_report(const rd_explore_result *result, const struct exploration_output *output) {
    int written;

    if (result->verdict == RD_EXPLORE_ERROR)
        cli_error("%s", result->explanation);
    if (output->path) {
        written = write_file(result, output);
    } else {
        write_result(stdout, result, output->format);
        written = cli_finish_output();
    }
    return written == CLI_OK ? status_of(result) : written;
}
