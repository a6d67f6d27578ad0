/* exports.c - the names that simulated code can import, and the functions behind them. */
#include <string.h>

#include "api/api.h"
#include "rundown/image.h"

/* Only addresses are taken here, so the real prototypes do not matter. */
#define RD_EXPORT(name) extern void name(void);
#define RD_EXPORT_AS(text, function) extern void function(void);
#define CRT_EXPORT(name) extern void crt_##name(void);
#define CRT_EXPORT_AS(text, function) extern void function(void);
#include "api/exports.def"
#undef RD_EXPORT
#undef RD_EXPORT_AS
#undef CRT_EXPORT
#undef CRT_EXPORT_AS

static const rd_export exports[] = {
#define RD_EXPORT(name) {#name, name},
#define RD_EXPORT_AS(text, function) {text, function},
#define CRT_EXPORT(name) {#name, crt_##name},
#define CRT_EXPORT_AS(text, function) {text, function},
#include "api/exports.def"
#undef RD_EXPORT
#undef RD_EXPORT_AS
#undef CRT_EXPORT
#undef CRT_EXPORT_AS
};

enum { EXPORTS = sizeof exports / sizeof exports[0] };

void *api_export_find(const char *name) {
    for (size_t i = 0; i < EXPORTS; i++)
        if (strcmp(exports[i].name, name) == 0)
            return (void *)(uintptr_t)exports[i].function;
    return NULL;
}

const char *rd_export_name(unsigned index) {
    return index < EXPORTS ? exports[index].name : NULL;
}
