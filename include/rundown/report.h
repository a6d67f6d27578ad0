/**
 * @file report.h
 * Views of the event log. All of them read the same log, so no two can disagree.
 */
#ifndef RUNDOWN_REPORT_H
#define RUNDOWN_REPORT_H

#include <stdio.h>

#include "rundown/event.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum rd_format {
    RD_FORMAT_TEXT,    /**< one line per event: time, process, thread, what happened, rule */
    RD_FORMAT_JSONL,   /**< one JSON object per line; the first line describes the schema */
    RD_FORMAT_PERFETTO /**< Chrome trace JSON for ui.perfetto.dev */
} rd_format;

/** RD_NOT_FOUND for a name that is none of text, jsonl, perfetto. */
RD_API rd_status rd_format_from_name(const char *name, rd_format *format);

/** Writes the whole log. RD_FAILED if the file cannot be written. */
RD_API rd_status rd_report(const rd_world *world, rd_format format, FILE *file);

/** The sentence of one event, as the text trace prints it; returns its length as snprintf does. */
RD_API int rd_event_describe(const rd_world *world, const rd_event *event, char *text, size_t size);

#ifdef __cplusplus
}
#endif

#endif
