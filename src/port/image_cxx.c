/*
 * image_cxx.c - looks at C++ exceptions from C, by the Itanium C++ ABI that all hosts with ELF
 * share: std::type_info begins with its table of virtual functions and its name, std::exception
 * with its table.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "port/image.h"

struct type_info {
    void *const *functions;
    const char *name;
};

/* Which entry of a table of virtual functions; both kinds of destructors come first. */
enum { DO_CATCH = 4, WHAT = 2 };

/* std::exception_ptr is returned through memory: so is what does not fit into registers. */
struct exception_ptr {
    void *object;
    void *more[3];
};

typedef const struct type_info *current_type_fn(void);
typedef struct exception_ptr current_exception_fn(void);
typedef bool catch_fn(const struct type_info *wanted, const struct type_info *thrown, void **object,
                      unsigned outer);
typedef const char *what_fn(const void *object);
typedef char *demangle_fn(const char *name, char *out, size_t *size, int *status);

static void copy_name(const struct type_info *type, char *out, size_t size) {
    demangle_fn *demangle = (demangle_fn *)(uintptr_t)port_host_function("__cxa_demangle");
    const char *name = type->name + (*type->name == '*');
    int status = 0;
    char *readable = demangle ? demangle(name, NULL, NULL, &status) : NULL;
    snprintf(out, size, "%s", readable ? readable : name);
    free(readable);
}

static const char *what_of(const struct type_info *type) {
    current_exception_fn *current =
        (current_exception_fn *)(uintptr_t)port_host_function("_ZSt17current_exceptionv");
    const struct type_info *base = port_host_function("_ZTISt9exception");
    if (!current || !base)
        return NULL;
    void *object = current().object;
    catch_fn *catches = (catch_fn *)(uintptr_t)base->functions[DO_CATCH];
    if (!object || !catches(base, type, &object, 1))
        return NULL;
    void *const *functions = *(void *const **)object;
    return ((what_fn *)(uintptr_t)functions[WHAT])(object);
}

bool port_cxx_current(struct port_cxx_exception *exception) {
    current_type_fn *current =
        (current_type_fn *)(uintptr_t)port_host_function("__cxa_current_exception_type");
    const struct type_info *type = current ? current() : NULL;
    if (!type)
        return false;
    copy_name(type, exception->type, sizeof exception->type);
    exception->what = what_of(type);
    return true;
}
