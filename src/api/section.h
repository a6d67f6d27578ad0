/*
 * section.h - sections without the types of <windows.h>, so that system services for drivers can
 * use them, too. Errors are Win32 codes, 0 for success.
 */
#ifndef RD_API_SECTION_H
#define RD_API_SECTION_H

#include "api/api.h"

struct api_disk;
struct api_file;

extern const struct ob_type api_section_type;

/* An image as it is laid out, on its way into the section. */
struct api_section_memory {
    char *base;
    size_t size;
};

struct api_section {
    LIST_ENTRY link;       /* in api_views.sections */
    intptr_t bytes;        /* port/host_memory.h; -1: those of a file */
    struct api_disk *disk; /* that file, referenced; NULL: the paging file or an image */
    uint64_t size;
    uint32_t protect, number;          /* PAGE_..., SEC_...; from 1 on, 0: it was never filled */
    struct api_section_memory *memory; /* of an image, until it is filled */
    const char *image;                 /* NT path of the file that it is an image of, or NULL */
};

struct api_section_create {
    const void *file; /* handle; NULL or INVALID_HANDLE_VALUE: the paging file */
    uint32_t protect; /* PAGE_..., SEC_... */
    uint64_t size;
    struct api_file *opened; /* out: the file */
};

/* Checks the request and looks the file up, at a scheduling point. */
uint32_t api_section_prepare(struct api_caller *caller, struct api_section_create *create);
/* What is behind a new section; if that fails the caller drops it. */
uint32_t api_section_fill(struct api_caller *caller, struct api_section *section,
                          const struct api_section_create *create);

struct api_view {
    struct ps_process *process;
    uint32_t protect;
    uint64_t offset;
    size_t size;        /* 0: all of it; out: whole pages */
    const void *wanted; /* address, or NULL for any */
    char *base;         /* out */
};
uint32_t api_section_map(struct api_caller *caller, struct api_section *section,
                         struct api_view *view);
/* The view at that address goes. False: there is none. */
bool api_section_unmap(struct rd_world *w, struct ps_process *process, const void *address);

/* ---- images (win32_image.c) ------------------------------------------------------------------ */

struct api_section_memory *api_section_memory_new(struct rd_world *w, size_t size);
/* The file as it is laid out in memory; an error if it is no image. */
uint32_t api_image_fill(struct rd_world *w, struct api_section *section, const char *path);
/* Drivers hear of a view unless it cannot be executed (NTFY-I-19). */
void api_image_mapped(struct rd_world *w, const struct api_section *section,
                      const struct api_view *view);

#endif
