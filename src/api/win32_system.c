/* win32_system.c - kernel32, ntdll and their kin as far as programs ask for them by name. */
#include "api/win32_system.h"

enum contents { WIN32_FUNCTIONS, NATIVE_FUNCTIONS, USER_FUNCTIONS, CRT_FUNCTIONS };

struct api_system_module {
    const char *name;
    enum contents contents;
};

static const struct api_system_module modules[] = {
    {"kernel32.dll", WIN32_FUNCTIONS}, {"kernelbase.dll", WIN32_FUNCTIONS},
    {"ntdll.dll", NATIVE_FUNCTIONS},   {"user32.dll", USER_FUNCTIONS},
    {"advapi32.dll", WIN32_FUNCTIONS}, {"psapi.dll", WIN32_FUNCTIONS},
    {"msvcrt.dll", CRT_FUNCTIONS},     {"ucrtbase.dll", CRT_FUNCTIONS},
};

enum { MODULES = sizeof modules / sizeof modules[0] };

const struct api_system_module *api_system_module_find(const char *name) {
    const struct ldr_wanted wanted = ldr_wanted_of(name);
    for (size_t i = 0; i < MODULES; i++)
        if (ldr_is_wanted(modules[i].name, &wanted))
            return &modules[i];
    return NULL;
}

const void *api_system_dll(const char *name) {
    return api_system_module_find(name);
}

const struct api_system_module *api_system_module_of(HMODULE handle) {
    uintptr_t offset = (uintptr_t)handle - (uintptr_t)modules;
    bool known = offset < sizeof modules && offset % sizeof modules[0] == 0;
    return known ? &modules[offset / sizeof modules[0]] : NULL;
}

HMODULE api_system_module_handle(const struct api_system_module *module) {
    return (HMODULE)(uintptr_t)module;
}

const char *api_system_module_name(const struct api_system_module *module) {
    return module->name;
}

/* ---- exports --------------------------------------------------------------------------------- */

static const char *const win32_names[] = {
#define RD_EXPORT(name) #name,
#define RD_EXPORT_AS(text, function) text,
#include "api/nt_exports.def"
#include "api/win32_exports.def"
#undef RD_EXPORT
#undef RD_EXPORT_AS
};

static const char *const user_names[] = {
#define RD_EXPORT(name) #name,
#include "api/user32_exports.def"
#undef RD_EXPORT
};

static const char *const crt_names[] = {
#define CRT_EXPORT(name) #name,
#define CRT_EXPORT_AS(text, function) text,
#include "api/crt_exports.def"
#undef CRT_EXPORT
#undef CRT_EXPORT_AS
};

/* Of the kernel's functions, ntdll.dll exports the run-time library, too. */
static const char *const kernel_names[] = {
#define RD_EXPORT(name) #name,
#define RD_EXPORT_AS(text, function) text,
#include "api/kernel_exports.def"
#undef RD_EXPORT
#undef RD_EXPORT_AS
};

static bool contains(const char *const *names, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static bool is_native(const char *name) {
    static const char *const prefixes[] = {"Nt", "Zw", "Rtl", "Ldr", "Dbg"};
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
        if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return false;
}

static bool is_shared_runtime(const char *name) {
    return strncmp(name, "Rtl", strlen("Rtl")) == 0 &&
           contains(kernel_names, sizeof kernel_names / sizeof kernel_names[0], name);
}

static bool exports(const struct api_system_module *module, const char *name) {
    switch (module->contents) {
    case CRT_FUNCTIONS:
        return contains(crt_names, sizeof crt_names / sizeof crt_names[0], name);
    case USER_FUNCTIONS:
        return contains(user_names, sizeof user_names / sizeof user_names[0], name);
    case NATIVE_FUNCTIONS:
        if (is_shared_runtime(name))
            return true;
        /* fall through */
    default:
        return contains(win32_names, sizeof win32_names / sizeof win32_names[0], name) &&
               is_native(name) == (module->contents == NATIVE_FUNCTIONS);
    }
}

void *api_system_export(const struct api_system_module *module, const char *name) {
    return exports(module, name) ? api_export_find(name) : NULL;
}
