/*
 * image_internal.h - the parts of a mapped image, shared by image*.c.
 */
#ifndef RD_PORT_IMAGE_INTERNAL_H
#define RD_PORT_IMAGE_INTERNAL_H

#include "port/image.h"
#include "port/image_elf.h"

/* The read-only part and the claim flag may each split a writable segment in two. */
enum { IMAGE_RANGES_MAX = ELF_WRITABLE_MAX + 2 };

/* A place in the image that holds the address of a symbol, plus `addend`. */
struct image_place {
    uint64_t offset; /* relative to the image's base, as all offsets below */
    int64_t addend;
};

struct image_import {
    struct port_import public;
    size_t first_place, place_count;
};

struct image_export {
    const char *name;
    uint64_t offset;
};

struct image_range {
    uint64_t offset, size;
};

struct port_image {
    char *path;
    void *handle; /* of the host's dynamic linker */
    int copy;     /* descriptor of the private copy that is mapped, -1: the file itself is */
    uintptr_t base, end;
    struct image_note note;

    const char **needed;
    size_t needed_count;
    struct image_import *imports;
    size_t import_count;
    struct image_place *places;   /* grouped by import */
    struct image_export *exports; /* sorted by name */
    size_t export_count;
    struct image_range constructors, destructors, tls_callbacks;

    uint64_t *tls_places; /* words that hold the number of the thread-local module */
    size_t tls_place_count;
    uint64_t tls_offset, tls_file_size, tls_size, tls_align;

    struct image_range relro; /* whole pages; read-only while `locked` */
    bool locked;
    struct image_range data[IMAGE_RANGES_MAX];
    size_t data_count, data_size;
    uint8_t *pristine;
};

/* Where the one line goes that says why an image cannot be opened. */
struct image_error {
    char *text;
    size_t size;
};
void image_fail(struct image_error error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* NULL: the error tells why. */
uint8_t *image_read_file(const char *path, size_t *size, struct image_error error);

/* Maps the checked file, or a private copy of it, and sets handle, copy, base and end. */
bool image_map(struct port_image *image, const struct elf_file *file, struct image_error error);
void image_unmap(struct port_image *image);

/* Fill in what image.h offers from the file's tables. False: the host has no memory. */
bool image_read_tables(struct port_image *image, const struct elf_file *file);
void image_free_tables(struct port_image *image);
void image_find_data(struct port_image *image, const struct elf_file *file);

/* Stores a word, also in memory that is read-only by now. */
void image_store(struct port_image *image, uint64_t offset, uint64_t value);

#endif
