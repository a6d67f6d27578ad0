/* crt_environment.c - environment variables: the process's own and the copy that the C run-time
 * took at its start. */
#include <stdlib.h>
#include <string.h>

#include "ldr/crt_state.h"
#include "ldr/crt_text.h"

/* Length of the name in "NAME=value"; names like "=C:" begin with '='. */
static size_t name_length(const char *string) {
    const char *equals = *string ? strchr(string + 1, '=') : NULL;
    return equals ? (size_t)(equals - string) : strlen(string);
}

static bool same_name(const char *string, const char *name, size_t length) {
    return name_length(string) == length && crt_compare_no_case(string, name, length) == 0;
}

static size_t find(const struct crt_environment *environment, const char *name) {
    size_t length = strlen(name), i = 0;
    while (i < environment->count && !same_name(environment->strings[i], name, length))
        i++;
    return i;
}

static void reserve(struct rd_world *w, struct crt_environment *environment, size_t count) {
    if (count < environment->capacity)
        return;
    size_t capacity = environment->capacity ? environment->capacity * 2 : 32;
    while (capacity <= count)
        capacity *= 2;
    char **strings = core_alloc(w, capacity * sizeof *strings);
    if (environment->count)
        memcpy(strings, environment->strings, environment->count * sizeof *strings);
    core_free(w, environment->strings, environment->capacity * sizeof *strings);
    environment->strings = strings;
    environment->capacity = capacity;
}

static void copy(struct rd_world *w, struct crt_environment *to,
                 const struct crt_environment *from) {
    reserve(w, to, from->count);
    memcpy(to->strings, from->strings, from->count * sizeof *to->strings);
    to->count = from->count;
    to->strings[to->count] = NULL;
}

/* Programs may write to the strings, so every process has its own. */
static void set_default(struct rd_world *w, struct crt_environment *environment) {
    static const char strings[] = "ALLUSERSPROFILE=C:\\ProgramData\0"
                                  "COMPUTERNAME=RUNDOWN\0"
                                  "ComSpec=C:\\Windows\\system32\\cmd.exe\0"
                                  "NUMBER_OF_PROCESSORS=1\0"
                                  "OS=Windows_NT\0"
                                  "Path=C:\\Windows\\system32;C:\\Windows\0"
                                  "PATHEXT=.COM;.EXE;.BAT;.CMD\0"
                                  "PROCESSOR_ARCHITECTURE=AMD64\0"
                                  "SystemDrive=C:\0"
                                  "SystemRoot=C:\\Windows\0"
                                  "TEMP=C:\\tmp\0"
                                  "TMP=C:\\tmp\0"
                                  "USERNAME=user\0"
                                  "USERPROFILE=C:\\Users\\user\0"
                                  "windir=C:\\Windows\0";
    char *string = memcpy(core_alloc(w, sizeof strings), strings, sizeof strings);
    for (; *string; string += strlen(string) + 1) {
        reserve(w, environment, environment->count + 1);
        environment->strings[environment->count++] = string;
    }
    environment->strings[environment->count] = NULL;
}

/* What GetEnvironmentVariable sees. */
static struct crt_environment *own(struct crt_process *crt) {
    if (!crt->environment.strings)
        set_default(crt->world, &crt->environment);
    return &crt->environment;
}

/* What getenv sees: copied when the process starts, which is to say before anybody changes the
 * process's own. */
static struct crt_environment *started_with(struct crt_process *crt) {
    if (!crt->copy.strings)
        copy(crt->world, &crt->copy, own(crt));
    return &crt->copy;
}

void crt_environment_inherit(struct crt_process *crt, const struct crt_process *from) {
    copy(crt->world, &crt->environment, &from->environment);
}

/* The value, or NULL. Names are compared without regard to case. */
static const char *get(const struct crt_environment *environment, const char *name) {
    size_t index = find(environment, name);
    if (!*name || index == environment->count)
        return NULL;
    return environment->strings[index] + strlen(name) + 1;
}

/* value NULL removes; false: the name is malformed or was not there. */
static bool set(struct rd_world *w, struct crt_environment *environment, const char *name,
                const char *value) {
    if (!*name || strchr(name + 1, '='))
        return false;
    size_t index = find(environment, name);
    if (!value) {
        if (index == environment->count)
            return false;
        memmove(environment->strings + index, environment->strings + index + 1,
                (environment->count - index) * sizeof(char *));
        environment->count--;
        return true;
    }
    size_t name_size = strlen(name), value_size = strlen(value) + 1;
    char *string = core_alloc(w, name_size + 1 + value_size);
    memcpy(string, name, name_size);
    string[name_size] = '=';
    memcpy(string + name_size + 1, value, value_size);
    if (index == environment->count) {
        reserve(w, environment, environment->count + 1);
        environment->strings[++environment->count] = NULL;
    }
    environment->strings[index] = string;
    return true;
}

void crt_environment_from_block(struct crt_process *crt, const char *block) {
    struct rd_world *w = crt->world;
    reserve(w, &crt->environment, 0);
    for (; *block; block += strlen(block) + 1) {
        /* "=C:=C:\\dir" entries begin with their only special '='. */
        const char *equals = strchr(block + 1, '=');
        if (!equals)
            continue;
        char *name = core_alloc(w, (size_t)(equals - block) + 1);
        memcpy(name, block, (size_t)(equals - block));
        set(w, &crt->environment, name, equals + 1);
        core_free(w, name, (size_t)(equals - block) + 1);
    }
}

/* ---- for the Win32 functions ----------------------------------------------------------------- */

const char *crt_env_get(struct rd_world *w, struct ps_process *process, const char *name) {
    struct crt_process *crt = crt_process_get(w, process);
    return crt ? get(own(crt), name) : NULL;
}

bool crt_env_set(struct rd_world *w, struct ps_process *process, const char *name,
                 const char *value) {
    struct crt_process *crt = crt_process_get(w, process);
    if (!crt)
        return false;
    started_with(crt);
    return set(w, own(crt), name, value);
}

char *const *crt_env_strings(struct rd_world *w, struct ps_process *process, size_t *count) {
    static char *const none[] = {NULL};
    struct crt_process *crt = crt_process_get(w, process);
    if (count)
        *count = crt ? own(crt)->count : 0;
    return crt ? own(crt)->strings : none;
}

/* ---- for main -------------------------------------------------------------------------------- */

char **crt_environment(struct rd_world *w) {
    struct crt_process *crt = crt_process_get(w, ps_current_process(w));
    return crt ? started_with(crt)->strings : NULL;
}

uint16_t **crt_wide_environment(struct rd_world *w) {
    char **strings = crt_environment(w);
    size_t count = 0;
    while (strings && strings[count])
        count++;
    WCHAR **wide = core_alloc(w, (count + 1) * sizeof *wide);
    for (size_t i = 0; i < count; i++)
        wide[i] = crt_copy_wide(w, strings[i]);
    return wide;
}

/* ---- the C functions ------------------------------------------------------------------------- */

CRT_API(char *, getenv, (const char *name)) {
    struct crt_process *crt = crt_here();
    /* Programs may write to what getenv returns, so const ends here. */
    return crt && name ? (char *)(uintptr_t)get(started_with(crt), name) : NULL;
}

CRT_API(int, getenv_s, (size_t * needed, char *buffer, size_t size, const char *name)) {
    const char *value = crt_getenv(name);
    if (!needed || (!buffer && size))
        return crt_invalid(CRT_EINVAL);
    *needed = value ? strlen(value) + 1 : 0;
    if (buffer && size)
        *buffer = 0;
    if (!value || !size)
        return 0;
    if (*needed > size)
        return crt_fail(CRT_ERANGE);
    memcpy(buffer, value, *needed);
    return 0;
}

CRT_API(int, _putenv_s, (const char *name, const char *value)) {
    struct crt_process *crt = crt_here();
    if (!crt || !name || !value || !*name || strchr(name, '='))
        return crt_invalid(CRT_EINVAL);
    const char *change = *value ? value : NULL;
    set(crt->world, started_with(crt), name, change);
    set(crt->world, own(crt), name, change);
    return 0;
}

CRT_API(int, _putenv, (const char *text)) {
    struct crt_process *crt = crt_here();
    const char *equals = text ? strchr(text, '=') : NULL;
    if (!crt || !equals || equals == text) {
        crt_invalid(CRT_EINVAL);
        return -1;
    }
    size_t length = (size_t)(equals - text);
    char *name = core_alloc(crt->world, length + 1);
    memcpy(name, text, length);
    crt__putenv_s(name, equals + 1);
    core_free(crt->world, name, length + 1);
    return 0;
}

CRT_API(WCHAR *, _wgetenv, (const WCHAR *name)) {
    struct crt_process *crt = crt_here();
    if (!crt || !name)
        return NULL;
    const char *value = get(started_with(crt), crt_copy_narrow(crt->world, name));
    return value ? crt_copy_wide(crt->world, value) : NULL;
}

CRT_API(int, _wputenv, (const WCHAR *text)) {
    struct crt_process *crt = crt_here();
    return crt && text ? crt__putenv(crt_copy_narrow(crt->world, text)) : -1;
}

CRT_API(int, _wputenv_s, (const WCHAR *name, const WCHAR *value)) {
    struct crt_process *crt = crt_here();
    if (!crt || !name || !value)
        return crt_invalid(CRT_EINVAL);
    return crt__putenv_s(crt_copy_narrow(crt->world, name), crt_copy_narrow(crt->world, value));
}

CRT_API(int, _dupenv_s, (char **buffer, size_t *size, const char *name)) {
    const char *value = crt_getenv(name);
    if (!buffer)
        return crt_invalid(CRT_EINVAL);
    size_t length = value ? strlen(value) + 1 : 0;
    *buffer = value ? ldr_heap_alloc(port_current_world(), length, false) : NULL;
    if (*buffer)
        memcpy(*buffer, value, length);
    if (size)
        *size = length;
    return value && !*buffer ? crt_fail(CRT_ENOMEM) : 0;
}

/* Programs see _environ as *__p__environ(). */
CRT_API(char ***, __p__environ, (void)) {
    struct crt_process *crt = crt_here();
    return crt ? &started_with(crt)->strings : NULL;
}

CRT_API(WCHAR ***, __p__wenviron, (void)) {
    struct crt_process *crt = crt_here();
    if (!crt)
        return NULL;
    crt->wide_environment = crt_wide_environment(crt->world);
    return &crt->wide_environment;
}

CRT_API(int, _wgetenv_s, (size_t * needed, WCHAR *buffer, size_t size, const WCHAR *name)) {
    const WCHAR *value = crt__wgetenv(name);
    if (!needed || (!buffer && size))
        return crt_invalid(CRT_EINVAL);
    *needed = value ? crt_wide_length(value) + 1 : 0;
    if (buffer && size)
        *buffer = 0;
    if (!value || !size)
        return 0;
    if (*needed > size)
        return crt_fail(CRT_ERANGE);
    memcpy(buffer, value, *needed * sizeof *buffer);
    return 0;
}
