/*
 * image_elf.c - reading ELF shared objects with every offset checked.
 */
#include "port/image_elf.h"

#include <string.h>

#if defined(__x86_64__)
enum {
    MACHINE = EM_X86_64,
    R_RELATIVE = R_X86_64_RELATIVE,
    R_ABSOLUTE = R_X86_64_64,
    R_GLOB_DAT = R_X86_64_GLOB_DAT,
    R_JUMP_SLOT = R_X86_64_JUMP_SLOT,
    R_TLS_MODULE = R_X86_64_DTPMOD64,
    R_TLS_OFFSET = R_X86_64_DTPOFF64,
    R_TLS_STATIC = R_X86_64_TPOFF64,
};
#elif defined(__aarch64__)
enum {
    MACHINE = EM_AARCH64,
    R_RELATIVE = R_AARCH64_RELATIVE,
    R_ABSOLUTE = R_AARCH64_ABS64,
    R_GLOB_DAT = R_AARCH64_GLOB_DAT,
    R_JUMP_SLOT = R_AARCH64_JUMP_SLOT,
    R_TLS_MODULE = R_AARCH64_TLS_DTPMOD,
    R_TLS_OFFSET = R_AARCH64_TLS_DTPREL,
    R_TLS_STATIC = R_AARCH64_TLS_TPREL,
};
#else
#error "Image files are supported on x86-64 and aarch64; add this processor's relocation types."
#endif

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
enum { BYTE_ORDER_OF_HOST = ELFDATA2MSB };
#else
enum { BYTE_ORDER_OF_HOST = ELFDATA2LSB };
#endif

const char *elf_machine_name(unsigned machine) {
    switch (machine) {
    case EM_X86_64:
        return "x86-64";
    case EM_AARCH64:
        return "aarch64";
    case EM_386:
        return "i386";
    case EM_ARM:
        return "arm";
    case EM_RISCV:
        return "riscv";
    case EM_PPC64:
        return "ppc64";
    case EM_S390:
        return "s390x";
    default:
        return "another processor";
    }
}

enum elf_kind elf_identify(const uint8_t *bytes, size_t size) {
    if (size == 0)
        return ELF_KIND_EMPTY;
    if (size >= 2 && bytes[0] == 'M' && bytes[1] == 'Z')
        return ELF_KIND_PE;
    if (size < SELFMAG || memcmp(bytes, ELFMAG, SELFMAG) != 0)
        return ELF_KIND_NOT_ELF;
    if (size < sizeof(Elf64_Ehdr))
        return ELF_KIND_TRUNCATED;
    Elf64_Ehdr header;
    memcpy(&header, bytes, sizeof header);
    if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != BYTE_ORDER_OF_HOST)
        return ELF_KIND_OTHER_CLASS;
    if (header.e_machine != MACHINE)
        return ELF_KIND_OTHER_MACHINE;
    if (header.e_type == ET_REL)
        return ELF_KIND_OBJECT;
    return header.e_type == ET_DYN ? ELF_KIND_SHARED : ELF_KIND_OTHER;
}

/* A range of the file, or NULL. The alignment is also checked in memory, for foreign buffers. */
static void *file_range(const struct elf_file *file, uint64_t offset, uint64_t size, size_t align) {
    if (offset > file->size || size > file->size - offset)
        return NULL;
    uint8_t *start = file->bytes + offset;
    return (uintptr_t)start % align == 0 ? start : NULL;
}

void *elf_at(const struct elf_file *file, uint64_t address, uint64_t size, size_t align) {
    for (size_t i = 0; i < file->segment_count; i++) {
        const Elf64_Phdr *segment = &file->segments[i];
        if (segment->p_type != PT_LOAD || address < segment->p_vaddr)
            continue;
        uint64_t into = address - segment->p_vaddr;
        if (into > segment->p_filesz || size > segment->p_filesz - into)
            continue;
        if (segment->p_offset > file->size)
            return NULL;
        return file_range(file, segment->p_offset + into, size, align);
    }
    return NULL;
}

const char *elf_string(const struct elf_file *file, uint64_t offset) {
    return offset < file->string_size ? file->strings + offset : "";
}

bool elf_dynamic(const struct elf_file *file, int64_t tag, uint64_t *value) {
    for (size_t i = 0; i < file->dynamic_count; i++) {
        if (file->dynamic[i].d_tag == tag) {
            *value = file->dynamic[i].d_un.d_val;
            return true;
        }
    }
    return false;
}

static bool find_segments(struct elf_file *file, uint8_t *bytes, size_t size) {
    memset(file, 0, sizeof *file);
    file->bytes = bytes;
    file->size = size;
    if (elf_identify(bytes, size) != ELF_KIND_SHARED)
        return false;
    Elf64_Ehdr header;
    memcpy(&header, bytes, sizeof header);
    if (header.e_phentsize != sizeof(Elf64_Phdr) || header.e_phnum == PN_XNUM)
        return false;
    size_t table = (size_t)header.e_phnum * sizeof(Elf64_Phdr);
    file->segments = file_range(file, header.e_phoff, table, _Alignof(Elf64_Phdr));
    if (!file->segments)
        return false;
    file->segment_count = header.e_phnum;
    return true;
}

static uint64_t round_up_4(uint64_t value) {
    return (value + 3) & ~(uint64_t)3;
}

/* Notes are records: header, name and content, the latter two padded to 4 bytes. */
static void search_notes(struct elf_file *file, const Elf64_Phdr *segment) {
    uint64_t at = 0;
    while (at < segment->p_filesz && segment->p_filesz - at >= sizeof(Elf64_Nhdr)) {
        Elf64_Nhdr *header = elf_at(file, segment->p_vaddr + at, sizeof *header, 4);
        if (!header)
            return;
        uint64_t name = at + sizeof *header;
        uint64_t content = name + round_up_4(header->n_namesz);
        const char *text = elf_at(file, segment->p_vaddr + name, header->n_namesz, 1);
        if (text && header->n_namesz == sizeof IMAGE_NOTE_NAME &&
            memcmp(text, IMAGE_NOTE_NAME, sizeof IMAGE_NOTE_NAME) == 0 &&
            header->n_type == IMAGE_NOTE_TYPE && header->n_descsz == sizeof(struct image_note)) {
            file->note_address = segment->p_vaddr + content;
            file->note = elf_at(file, file->note_address, sizeof(struct image_note),
                                _Alignof(struct image_note));
            return;
        }
        at = content + round_up_4(header->n_descsz);
    }
}

static void find_note(struct elf_file *file) {
    for (size_t i = 0; i < file->segment_count && !file->note; i++)
        if (file->segments[i].p_type == PT_NOTE)
            search_notes(file, &file->segments[i]);
}

bool elf_find_note(struct elf_file *file, uint8_t *bytes, size_t size) {
    if (!find_segments(file, bytes, size))
        return false;
    find_note(file);
    return file->note != NULL;
}

/* Eight bytes a step; every step is reversible, so no change of a single word goes unnoticed. */
static bool in_file(const struct elf_file *file, const Elf64_Shdr *section) {
    return section->sh_offset <= file->size && section->sh_size <= file->size - section->sh_offset;
}

bool elf_static_symbols(const struct elf_file *file, struct elf_symbols *table) {
    Elf64_Ehdr header;
    Elf64_Shdr section, strings;
    memcpy(&header, file->bytes, sizeof header);
    if (header.e_shentsize != sizeof section || header.e_shoff > file->size ||
        header.e_shnum > (file->size - header.e_shoff) / sizeof section)
        return false;
    const unsigned char *sections = file->bytes + header.e_shoff;
    for (size_t i = 0; i < header.e_shnum; i++) {
        memcpy(&section, sections + i * sizeof section, sizeof section);
        if (section.sh_type != SHT_SYMTAB || section.sh_link >= header.e_shnum)
            continue;
        memcpy(&strings, sections + section.sh_link * sizeof section, sizeof strings);
        if (!in_file(file, &section) || !in_file(file, &strings) || strings.sh_size == 0)
            return false;
        table->symbols = file->bytes + section.sh_offset;
        table->count = section.sh_size / sizeof(Elf64_Sym);
        table->strings = (const char *)file->bytes + strings.sh_offset;
        table->string_size = strings.sh_size;
        return table->strings[table->string_size - 1] == '\0';
    }
    return false;
}

uint64_t elf_checksum(const struct elf_file *file) {
    uint64_t sum = 0xcbf29ce484222325u ^ file->size;
    size_t hole = (size_t)((const uint8_t *)&file->note->checksum - file->bytes);
    for (size_t at = 0; at < file->size; at += 8) {
        uint64_t word = 0;
        size_t rest = file->size - at;
        memcpy(&word, file->bytes + at, rest < 8 ? rest : 8);
        if (at == hole)
            word = 0;
        sum = (sum ^ word) * 0x9e3779b97f4a7c15u;
        sum ^= sum >> 32;
    }
    return sum;
}

static bool check_segments(const struct elf_file *file) {
    uint64_t end = 0;
    unsigned writable = 0;
    for (size_t i = 0; i < file->segment_count; i++) {
        const Elf64_Phdr *segment = &file->segments[i];
        if (segment->p_type != PT_LOAD)
            continue;
        writable += (segment->p_flags & PF_W) != 0;
        if (segment->p_filesz > segment->p_memsz || segment->p_vaddr < end ||
            segment->p_memsz > UINT64_MAX / 2 || segment->p_vaddr > UINT64_MAX / 4 ||
            !file_range(file, segment->p_offset, segment->p_filesz, 1))
            return false;
        end = segment->p_vaddr + segment->p_memsz;
    }
    return end != 0 && writable <= ELF_WRITABLE_MAX;
}

static bool find_dynamic(struct elf_file *file) {
    for (size_t i = 0; i < file->segment_count; i++) {
        const Elf64_Phdr *segment = &file->segments[i];
        if (segment->p_type != PT_DYNAMIC)
            continue;
        size_t count = (size_t)(segment->p_filesz / sizeof(Elf64_Dyn));
        file->dynamic = elf_at(file, segment->p_vaddr, segment->p_filesz, _Alignof(Elf64_Dyn));
        if (!file->dynamic)
            return false;
        while (file->dynamic_count < count && file->dynamic[file->dynamic_count].d_tag != DT_NULL)
            file->dynamic_count++;
        return true;
    }
    return false;
}

static bool find_symbols(struct elf_file *file) {
    uint64_t address, entry_size, hash, strings, string_size, versions;
    if (!elf_dynamic(file, DT_STRTAB, &strings) || !elf_dynamic(file, DT_STRSZ, &string_size) ||
        !elf_dynamic(file, DT_SYMTAB, &address) || !elf_dynamic(file, DT_SYMENT, &entry_size) ||
        !elf_dynamic(file, DT_HASH, &hash) || entry_size != sizeof(Elf64_Sym))
        return false;
    file->strings = elf_at(file, strings, string_size, 1);
    if (!file->strings || string_size == 0 || file->strings[string_size - 1] != '\0')
        return false;
    file->string_size = string_size;
    file->strings_address = strings;

    /* The second word of DT_HASH is the number of symbols; nothing else in the file says it. */
    const Elf64_Word *counts = elf_at(file, hash, 2 * sizeof(Elf64_Word), _Alignof(Elf64_Word));
    if (!counts)
        return false;
    file->symbol_count = counts[1];
    file->symbols =
        elf_at(file, address, file->symbol_count * sizeof(Elf64_Sym), _Alignof(Elf64_Sym));
    file->symbols_address = address;
    if (!file->symbols)
        return false;
    for (size_t i = 0; i < file->symbol_count; i++)
        if (file->symbols[i].st_name >= string_size)
            return false;
    if (elf_dynamic(file, DT_VERSYM, &versions)) {
        file->versions =
            elf_at(file, versions, file->symbol_count * sizeof(Elf64_Half), _Alignof(Elf64_Half));
        if (!file->versions)
            return false;
    }
    return true;
}

/* The place must be inside one segment's memory (also beyond its file content, as in .bss). */
static bool place_is_mapped(const struct elf_file *file, uint64_t address) {
    for (size_t i = 0; i < file->segment_count; i++) {
        const Elf64_Phdr *segment = &file->segments[i];
        if (segment->p_type == PT_LOAD && address >= segment->p_vaddr &&
            segment->p_memsz >= sizeof(uint64_t) &&
            address - segment->p_vaddr <= segment->p_memsz - sizeof(uint64_t))
            return true;
    }
    return false;
}

static bool find_relocations(struct elf_file *file) {
    static const int64_t tags[ELF_TABLES][2] = {{DT_RELA, DT_RELASZ}, {DT_JMPREL, DT_PLTRELSZ}};
    for (size_t i = 0; i < ELF_TABLES; i++) {
        uint64_t address, size;
        if (!elf_dynamic(file, tags[i][0], &address))
            continue;
        if (!elf_dynamic(file, tags[i][1], &size))
            return false;
        file->rela[i] = elf_at(file, address, size, _Alignof(Elf64_Rela));
        if (!file->rela[i])
            return false;
        file->rela_count[i] = size / sizeof(Elf64_Rela);
        for (size_t k = 0; k < file->rela_count[i]; k++)
            if (ELF64_R_SYM(file->rela[i][k].r_info) >= file->symbol_count ||
                !place_is_mapped(file, file->rela[i][k].r_offset))
                return false;
    }
    return true;
}

const char *elf_parse(struct elf_file *file, uint8_t *bytes, size_t size) {
    if (!find_segments(file, bytes, size))
        return "its program headers lie outside the file";
    if (!check_segments(file))
        return "its segments lie outside the file";
    find_note(file);
    if (!find_dynamic(file))
        return "it has no dynamic section";
    if (!find_symbols(file))
        return "its symbol table is broken";
    if (!find_relocations(file))
        return "its relocations are broken";
    return NULL;
}

enum elf_reloc elf_reloc_kind(const Elf64_Rela *rela) {
    switch (ELF64_R_TYPE(rela->r_info)) {
    case 0:
        return ELF_RELOC_NONE;
    case R_RELATIVE:
        return ELF_RELOC_RELATIVE;
    case R_ABSOLUTE:
    case R_GLOB_DAT:
    case R_JUMP_SLOT:
        return ELF_RELOC_POINTER;
    case R_TLS_MODULE:
        return ELF_RELOC_TLS_MODULE;
    case R_TLS_OFFSET:
        return ELF_RELOC_TLS_OFFSET;
    case R_TLS_STATIC:
        return ELF_RELOC_TLS_STATIC;
    default:
        return ELF_RELOC_OTHER;
    }
}

bool elf_is_export(const Elf64_Sym *symbol) {
    unsigned type = ELF64_ST_TYPE(symbol->st_info), binding = ELF64_ST_BIND(symbol->st_info);
    unsigned visibility = ELF64_ST_VISIBILITY(symbol->st_other);
    return symbol->st_shndx != SHN_UNDEF && symbol->st_shndx != SHN_ABS && type != STT_TLS &&
           type != STT_SECTION && type != STT_FILE && binding != STB_LOCAL &&
           (visibility == STV_DEFAULT || visibility == STV_PROTECTED);
}
