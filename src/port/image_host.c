/*
 * image_host.c - what simulated code may use of the host itself, and what belongs to it.
 */
#undef _FORTIFY_SOURCE /* its longjmp refuses to work on stacks that it does not know */
#include "port/image_internal.h"

#include <dlfcn.h>
#include <link.h>
#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

typedef int compare_function(const void *, const void *);

struct sort {
    unsigned char *first;
    size_t width;
    compare_function *compare;
};

static unsigned char *element(const struct sort *sort, size_t index) {
    return sort->first + index * sort->width;
}

static void swap_elements(const struct sort *sort, size_t left, size_t right) {
    unsigned char *a = element(sort, left), *b = element(sort, right);
    for (size_t i = 0; i < sort->width; i++) {
        unsigned char byte = a[i];
        a[i] = b[i];
        b[i] = byte;
    }
}

static void sift_down(const struct sort *sort, size_t root, size_t count) {
    while (root * 2 + 1 < count) {
        size_t child = root * 2 + 1;
        if (child + 1 < count && sort->compare(element(sort, child), element(sort, child + 1)) < 0)
            child++;
        if (sort->compare(element(sort, root), element(sort, child)) >= 0)
            return;
        swap_elements(sort, root, child);
        root = child;
    }
}

/*
 * A heap sort instead of the host's qsort: the order of equal elements is then the same on every
 * host, and nothing is lost when the thread is killed inside `compare`.
 */
static void host_qsort(void *base, size_t count, size_t width, compare_function *compare) {
    const struct sort sort = {base, width, compare};
    for (size_t root = count / 2; root > 0; root--)
        sift_down(&sort, root - 1, count);
    for (size_t last = count; last > 1; last--) {
        swap_elements(&sort, 0, last - 1);
        sift_down(&sort, 0, last - 1);
    }
}

static int host_finite(double value) {
    return isfinite(value) != 0;
}
static int host_isnan(double value) {
    return isnan(value) != 0;
}
/* Windows' _scalb takes an integer, unlike the function of that name elsewhere. */
static double host_scalb(double value, long power) {
    return scalbln(value, power);
}

struct host_name {
    const char *name;
    void *address;
};

static const struct host_name host_names[] = {
#define HOST(name) {#name, (void *)name},
#define HOST_AS(name, function) {#name, (void *)function},
#include "port/image_host_names.def"
#undef HOST
#undef HOST_AS
};

static bool starts_with(const char *name, const char *prefix) {
    return strncmp(name, prefix, strlen(prefix)) == 0;
}

/*
 * Guards of static variables and thread-exit destructors block or remember OS threads: they are
 * Rundown's own or nobody's.
 */
static bool is_cxx_runtime_name(const char *name) {
    if (starts_with(name, "__cxa_guard_") || starts_with(name, "__cxa_thread_atexit"))
        return false;
    return starts_with(name, "_Z") || starts_with(name, "__cxa_") || starts_with(name, "__gxx_") ||
           starts_with(name, "_Unwind_") || starts_with(name, "__dynamic_cast");
}

/* A library's own definition only, not one that dlsym finds in a library that it needs. */
static void *find_in_library(const char *library, const char *name) {
    void *address = NULL;
    void *handle = dlopen(library, RTLD_LAZY | RTLD_NOLOAD);
    if (!handle)
        return NULL;
    struct link_map *map = NULL;
    Dl_info where;
    address = dlsym(handle, name);
    if (address && (dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0 || !dladdr(address, &where) ||
                    where.dli_fbase != (void *)map->l_addr))
        address = NULL;
    dlclose(handle); /* the image that needs the library keeps it */
    return address;
}

static void *find_in_cxx_runtime(const char *name) {
    static const char *const libraries[] = {"libstdc++.so.6", "libgcc_s.so.1", "libc++.so.1",
                                            "libc++abi.so.1"};
    void *address = NULL;
    for (size_t i = 0; !address && i < sizeof libraries / sizeof *libraries; i++)
        address = find_in_library(libraries[i], name);
    return address;
}

void *port_host_function(const char *name) {
    for (size_t i = 0; i < sizeof host_names / sizeof *host_names; i++)
        if (strcmp(host_names[i].name, name) == 0)
            return host_names[i].address;
    return is_cxx_runtime_name(name) ? find_in_cxx_runtime(name) : NULL;
}

void port_cxx_find(struct port_cxx *cxx) {
    void *globals = find_in_cxx_runtime("__cxa_get_globals");
    void *terminate = find_in_cxx_runtime("_ZSt13set_terminatePFvvE");
    memcpy(&cxx->exception_globals, &globals, sizeof globals);
    memcpy(&cxx->set_terminate, &terminate, sizeof terminate);
}

bool port_host_offset(uint64_t address, uint64_t *file, uint64_t *offset) {
    Dl_info where;
    if (!dladdr((void *)(uintptr_t)address, &where) || !where.dli_fbase || !where.dli_fname)
        return false;
    const char *slash = strrchr(where.dli_fname, '/');
    *file = 0;
    for (const char *at = slash ? slash + 1 : where.dli_fname; *at; at++)
        *file = (*file ^ (unsigned char)*at) * 1099511628211u;
    *offset = address - (uint64_t)(uintptr_t)where.dli_fbase;
    return true;
}
