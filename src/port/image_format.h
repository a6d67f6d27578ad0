/*
 * image_format.h - what rundown-cc leaves in an image file and the loader reads.
 *
 * An image is an ELF shared object whose note describes it. Sealing hides from the host's
 * dynamic linker whatever Rundown's own loader does instead: it gives dynamic tags and the RELRO
 * header other numbers, out of the range that is free for such use, and makes imports weak.
 */
#ifndef RD_PORT_IMAGE_FORMAT_H
#define RD_PORT_IMAGE_FORMAT_H

#include <stdint.h>

#define IMAGE_NOTE_NAME "Rundown-img" /* its length keeps the content 8-byte aligned */

enum {
    IMAGE_NOTE_TYPE = 1,
    IMAGE_FORMAT_UNSEALED = 0, /* as the compiler leaves it */
    IMAGE_FORMAT_VERSION = 1,
};

enum { IMAGE_FLAG_CONSOLE = 1 };

/* Content of the note. Offsets are known to the assembler text in cc_startup.c. */
struct image_note {
    uint32_t version;
    uint32_t kind;  /* enum port_image_kind */
    uint32_t entry; /* enum port_image_entry */
    uint32_t flags;
    uint64_t entry_address; /* relative to the image's base */
    int64_t claim_offset;   /* from this field to the claim flag */
    uint64_t file_size;
    uint64_t checksum;          /* of the file with this field zero */
    int64_t tls_begin, tls_end; /* from each field to that end of the array of TLS callbacks */
};

/* Private numbers for what the host's dynamic linker must not act upon. */
enum {
    IMAGE_TAG_NEEDED = 0x6d520001, /* a simulated DLL */
    IMAGE_TAG_INIT = 0x6d520002,
    IMAGE_TAG_INIT_ARRAY = 0x6d520003,
    IMAGE_TAG_INIT_ARRAYSZ = 0x6d520004,
    IMAGE_TAG_FINI = 0x6d520005,
    IMAGE_TAG_FINI_ARRAY = 0x6d520006,
    IMAGE_TAG_FINI_ARRAYSZ = 0x6d520007,
    IMAGE_SEGMENT_RELRO = 0x6d520008, /* read-only once all imports are bound */
};

/* st_size of an undefined symbol that was weak before all imports were made weak. */
enum { IMAGE_IMPORT_WEAK = 1 };

#endif
