/*
 * elf_seal.h - turns a freshly linked shared object into an image.
 *
 * Afterwards the host's dynamic linker only maps and relocates it: imports, DLLs, constructors and
 * the start of the program are Rundown's business.
 */
#ifndef RD_CLI_ELF_SEAL_H
#define RD_CLI_ELF_SEAL_H

#include <stdbool.h>
#include <stddef.h>

#include "port/image.h"

struct elf_seal {
    enum port_image_kind kind;
    bool windows; /* subsystem */
    bool wide;    /* prefer wmain and wWinMain */
};

/* Changes the file in memory. False: `error` says why it can be no image, and it is unusable. */
bool elf_seal(unsigned char *bytes, size_t size, const struct elf_seal *seal, char *error,
              size_t error_size);

#endif
