/*
 * image_elf.h - an ELF shared object in memory: found, checked against its bounds, and understood.
 *
 * Used by the loader and by rundown-cc. Touches no file and trusts no byte of the input.
 */
#ifndef RD_PORT_IMAGE_ELF_H
#define RD_PORT_IMAGE_ELF_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "port/image_format.h"

/* What a file is, as far as its first bytes tell. */
enum elf_kind {
    ELF_KIND_SHARED, /* 64-bit shared object for this processor */
    ELF_KIND_EMPTY,
    ELF_KIND_PE,
    ELF_KIND_NOT_ELF,
    ELF_KIND_OTHER_CLASS, /* 32-bit or other byte order */
    ELF_KIND_OTHER_MACHINE,
    ELF_KIND_OBJECT, /* .o file */
    ELF_KIND_OTHER,  /* fixed-address program, core file */
    ELF_KIND_TRUNCATED,
};

enum {
    ELF_TABLES = 2,       /* DT_RELA and DT_JMPREL */
    ELF_WRITABLE_MAX = 4, /* writable segments; linkers make one or two */
};

/* All pointers lead into `bytes` and have been checked; absent tables have count 0. */
struct elf_file {
    uint8_t *bytes;
    size_t size;
    Elf64_Phdr *segments;
    size_t segment_count;
    Elf64_Dyn *dynamic;
    size_t dynamic_count;
    Elf64_Sym *symbols;
    size_t symbol_count;
    uint64_t symbols_address;
    const char *strings;
    size_t string_size;
    uint64_t strings_address;
    const Elf64_Half *versions; /* one for each symbol, or NULL */
    Elf64_Rela *rela[ELF_TABLES];
    size_t rela_count[ELF_TABLES];
    struct image_note *note; /* NULL: not made by rundown-cc */
    uint64_t note_address;
};

/* What a relocation asks for, over all processors. */
enum elf_reloc {
    ELF_RELOC_NONE,
    ELF_RELOC_RELATIVE,
    ELF_RELOC_POINTER,    /* address of a symbol plus addend */
    ELF_RELOC_TLS_MODULE, /* first word of a port_tls_index */
    ELF_RELOC_TLS_OFFSET, /* its second word */
    ELF_RELOC_TLS_STATIC, /* a place in the host thread's own block: not supported */
    ELF_RELOC_OTHER,
};

enum elf_kind elf_identify(const uint8_t *bytes, size_t size);
/* The processor of an ELF header as a word ("aarch64"). */
const char *elf_machine_name(unsigned machine);

/*
 * Finds the note only; false: the file is no well-formed image or has no note. Enough to tell a
 * damaged image from a file that never was one.
 */
bool elf_find_note(struct elf_file *file, uint8_t *bytes, size_t size);
/* Reads all tables. NULL on success, else what is wrong. */
const char *elf_parse(struct elf_file *file, uint8_t *bytes, size_t size);

/* Symbols that the linker keeps for debuggers: what is hidden or static is found there, too. */
struct elf_symbols {
    const unsigned char *symbols; /* Elf64_Sym, perhaps not aligned */
    size_t count;
    const char *strings;
    size_t string_size;
};
/* Of a file of which only `bytes` and `size` need be known. False: there are none. */
bool elf_static_symbols(const struct elf_file *file, struct elf_symbols *symbols);

uint64_t elf_checksum(const struct elf_file *file);

/* `size` bytes at an address of the image, or NULL if the file does not hold them, aligned. */
void *elf_at(const struct elf_file *file, uint64_t address, uint64_t size, size_t align);
/* A string of the dynamic string table, "" if the offset is wrong. */
const char *elf_string(const struct elf_file *file, uint64_t offset);
/* Value of a dynamic tag; false: absent. */
bool elf_dynamic(const struct elf_file *file, int64_t tag, uint64_t *value);

enum elf_reloc elf_reloc_kind(const Elf64_Rela *rela);
/* True for a symbol that other images may use by its name. */
bool elf_is_export(const Elf64_Sym *symbol);

#endif
