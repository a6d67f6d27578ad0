/*
 * image.h - image files (programs, DLLs and drivers sealed by rundown-cc) in the host's memory.
 */
#ifndef RD_PORT_IMAGE_H
#define RD_PORT_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum port_image_kind { PORT_IMAGE_PROGRAM, PORT_IMAGE_DLL, PORT_IMAGE_DRIVER };

/* Which of the functions that Windows starts an image with the source defines. */
enum port_image_entry {
    PORT_ENTRY_NONE, /* a DLL without DllMain */
    PORT_ENTRY_MAIN,
    PORT_ENTRY_WMAIN,
    PORT_ENTRY_WINMAIN,
    PORT_ENTRY_WWINMAIN,
    PORT_ENTRY_DLLMAIN,
    PORT_ENTRY_DRIVER, /* DriverEntry */
};

struct port_image; /* one mapped image file */

/* One name that the image imports and does not define itself. */
struct port_import {
    const char *name;
    bool is_data; /* known to be data; false also when the file does not say */
    bool is_weak; /* declared weak by the source: may stay unresolved */
};

/* An array of functions inside the image, run by the CRT model in the simulated process. */
struct port_function_array {
    void (**functions)(void);
    size_t count;
};

/*
 * Maps the file. No code of it runs. On failure returns NULL and writes one line to `error`: what
 * is wrong, what was expected, what to do. Every call yields an image with its own private memory,
 * also when the same file is already mapped by another world of this process.
 */
struct port_image *port_image_open(const char *path, char *error, size_t error_size);
void port_image_close(struct port_image *image);

enum port_image_kind port_image_get_kind(const struct port_image *image);
const char *port_image_path(const struct port_image *image);
/* Where the image begins, and as what. The function need not be an exported symbol. */
enum port_image_entry port_image_get_entry(const struct port_image *image, void **address);
bool port_image_is_console(const struct port_image *image); /* false: linked with -mwindows */

/* Names of the simulated DLLs that the image was linked against, in link order. */
size_t port_image_needed_count(const struct port_image *image);
const char *port_image_needed(const struct port_image *image, size_t index);

size_t port_image_import_count(const struct port_image *image);
void port_image_import(const struct port_image *image, size_t index, struct port_import *import);
/* Writes the address to every place in the image that refers to import `index`. */
void port_image_bind(struct port_image *image, size_t index, void *address);

/* Address of an exported (defined, default visibility) symbol, or NULL. */
void *port_image_symbol(const struct port_image *image, const char *name);

/*
 * Address of the host's own pure C or math function of that name (memcpy, strlen, sin...), or of
 * the C++ run-time's if an image that needs it is open. NULL: none; what touches the host's
 * streams, heap, locale or threads is never found here.
 */
void *port_host_function(const char *name);

/* The C++ run-time that open images share with the host; both NULL while none is loaded. */
struct port_cxx {
    /*
     * __cxa_get_globals: 16 bytes for each OS thread that hold the exceptions being handled. They
     * must follow the simulated thread wherever several of those share an OS thread.
     */
    void *(*exception_globals)(void);
    /*
     * std::set_terminate; returns the handler before. An exception that nobody catches ends there,
     * and the default handler would abort the host.
     */
    void (*(*set_terminate)(void (*handler)(void)))(void);
};
void port_cxx_find(struct port_cxx *cxx);

/* The C++ exception that is being handled; false: none is. */
struct port_cxx_exception {
    char type[128];   /* as in the source, as far as it fits */
    const char *what; /* of what() as long as the exception lives; NULL: it has none */
};
bool port_cxx_current(struct port_cxx_exception *exception);

void port_image_constructors(const struct port_image *image, struct port_function_array *array);
void port_image_destructors(const struct port_image *image, struct port_function_array *array);

/* Functions called as PIMAGE_TLS_CALLBACK; entries may be NULL. */
void port_image_tls_callbacks(const struct port_image *image, struct port_function_array *array);

/* Where the image lies, in whole pages. */
void *port_image_base(const struct port_image *image, size_t *size);
/* The range that a code address must lie in to belong to the image. */
bool port_image_contains(const struct port_image *image, const void *address);
/* The same, and how far from the image's beginning it is. */
bool port_image_offset(const struct port_image *image, uint64_t address, uint64_t *offset);
/* For what the host itself has loaded: `file` is a hash of the file's name, without directories. */
bool port_host_offset(uint64_t address, uint64_t *file, uint64_t *offset);

/*
 * What the source calls the static variable at an address, as far as the file tells: "counter", or
 * "flags+4" for what is within it. False: nothing is known. Reads the file each time.
 */
bool port_image_variable(const struct port_image *image, uint64_t address, char *name, size_t size);
/* The name of the function that holds the address. */
bool port_image_function(const struct port_image *image, uint64_t address, char *name, size_t size);
/* The same for the program that Rundown is part of, and for what it has loaded. */
bool port_host_variable(uint64_t address, char *name, size_t size);
bool port_host_function_name(uint64_t address, char *name, size_t size);

/*
 * Private data. After all imports are bound, port_image_freeze remembers the writable bytes as the
 * pristine content. `data_size` bytes hold one process's copy. Thread-local data is an initialised
 * template of tls_size bytes (0: none), allocated per simulated thread by the loader; the import
 * `__tls_get_addr` receives a struct port_tls_index.
 */
void port_image_freeze(struct port_image *image);
size_t port_image_data_size(const struct port_image *image);
void port_image_data_save(const struct port_image *image, void *copy);
void port_image_data_load(struct port_image *image, const void *copy);
void port_image_data_reset(struct port_image *image); /* back to pristine */
void port_image_data_pristine(const struct port_image *image, void *copy);

struct port_tls_index {
    uintptr_t module; /* after port_image_set_tls_module: the value given there */
    uintptr_t offset;
};
size_t port_image_tls_size(const struct port_image *image);
size_t port_image_tls_align(const struct port_image *image);
void port_image_tls_init(const struct port_image *image, void *block);
void port_image_set_tls_module(struct port_image *image, uintptr_t module);

#endif
