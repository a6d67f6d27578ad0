/*
 * elf_seal.c - see elf_seal.h; the format is described in port/image_format.h.
 */
#include "elf_seal.h"

#include <stdio.h>
#include <string.h>

#include "port/image_elf.h"

struct tag_change {
    int64_t from, to;
};

static const struct tag_change tag_changes[] = {
    {DT_INIT, IMAGE_TAG_INIT},
    {DT_INIT_ARRAY, IMAGE_TAG_INIT_ARRAY},
    {DT_INIT_ARRAYSZ, IMAGE_TAG_INIT_ARRAYSZ},
    {DT_FINI, IMAGE_TAG_FINI},
    {DT_FINI_ARRAY, IMAGE_TAG_FINI_ARRAY},
    {DT_FINI_ARRAYSZ, IMAGE_TAG_FINI_ARRAYSZ},
};

/* Libraries of the host that stay its own: the C++ run-time, shared by all images. */
static bool is_host_library(const char *name) {
    static const char *const prefixes[] = {"libstdc++.so", "libgcc_s.so", "libc++.so",
                                           "libc++abi.so"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return false;
}

static void change_tags(struct elf_file *file) {
    for (size_t i = 0; i < file->dynamic_count; i++) {
        Elf64_Dyn *entry = &file->dynamic[i];
        if (entry->d_tag == DT_NEEDED && !is_host_library(elf_string(file, entry->d_un.d_val)))
            entry->d_tag = IMAGE_TAG_NEEDED;
        for (size_t k = 0; k < sizeof tag_changes / sizeof *tag_changes; k++) {
            if (entry->d_tag == tag_changes[k].from) {
                entry->d_tag = tag_changes[k].to;
                break;
            }
        }
    }
    for (size_t i = 0; i < file->segment_count; i++)
        if (file->segments[i].p_type == PT_GNU_RELRO)
            file->segments[i].p_type = IMAGE_SEGMENT_RELRO;
}

/* A unique symbol would keep the image in memory for ever and be shared with the host's. */
static void change_symbols(struct elf_file *file) {
    for (size_t i = 1; i < file->symbol_count; i++) {
        Elf64_Sym *symbol = &file->symbols[i];
        unsigned binding = ELF64_ST_BIND(symbol->st_info), type = ELF64_ST_TYPE(symbol->st_info);
        if (binding == STB_GNU_UNIQUE)
            symbol->st_info = ELF64_ST_INFO(STB_GLOBAL, type);
        if (symbol->st_shndx != SHN_UNDEF)
            continue;
        symbol->st_size = binding == STB_WEAK ? IMAGE_IMPORT_WEAK : 0;
        symbol->st_info = ELF64_ST_INFO(STB_WEAK, type);
    }
}

struct seal_error {
    char *text;
    size_t size;
};

/* `format` takes the name. */
static bool fail(struct seal_error error, const char *format, const char *name) {
    snprintf(error.text, error.size, format, name);
    return false;
}

static bool check_relocation(const struct elf_file *file, const Elf64_Rela *rela,
                             struct seal_error error) {
    const Elf64_Sym *symbol = &file->symbols[ELF64_R_SYM(rela->r_info)];
    const char *name = elf_string(file, symbol->st_name);
    bool undefined = *name && symbol->st_shndx == SHN_UNDEF;
    switch (elf_reloc_kind(rela)) {
    case ELF_RELOC_TLS_STATIC:
        return fail(error,
                    "thread-local variable '%s' has a fixed place in the host's thread; leave out "
                    "-ftls-model and tls_model attributes",
                    name);
    case ELF_RELOC_TLS_MODULE:
    case ELF_RELOC_TLS_OFFSET:
        return !undefined || fail(error,
                                  "thread-local variable '%s' is not defined in this image, and "
                                  "Windows cannot import one",
                                  name);
    case ELF_RELOC_OTHER:
        return fail(error,
                    "a reference to '%s' is of a kind that images cannot have; compile all parts "
                    "with rundown-cc, without ifunc and target_clones attributes",
                    name);
    default:
        return true;
    }
}

static bool check_all(const struct elf_file *file, struct seal_error error) {
    uint64_t value;
    if (elf_dynamic(file, DT_TEXTREL, &value) ||
        (elf_dynamic(file, DT_FLAGS, &value) && (value & DF_TEXTREL)))
        return fail(error,
                    "its code is not position-independent%s; compile all parts with "
                    "rundown-cc",
                    "");
    if (elf_dynamic(file, DT_REL, &value))
        return fail(error, "the linker made relocations without addends%s; use ld.bfd or lld", "");
    for (size_t i = 1; i < file->symbol_count; i++)
        if (ELF64_ST_TYPE(file->symbols[i].st_info) == STT_GNU_IFUNC &&
            file->symbols[i].st_shndx != SHN_UNDEF)
            return fail(error,
                        "'%s' is chosen while the image is mapped, before the program starts; "
                        "compile it without ifunc and target_clones attributes",
                        elf_string(file, file->symbols[i].st_name));
    for (size_t table = 0; table < ELF_TABLES; table++)
        for (size_t i = 0; i < file->rela_count[table]; i++)
            if (!check_relocation(file, &file->rela[table][i], error))
                return false;
    return true;
}

/* What C++ makes of a function that is defined without extern "C": _Z, length, name, parameters. */
static bool is_mangled(const char *symbol, const char *name) {
    char start[24];
    size_t length = strlen(name);
    size_t start_length = (size_t)snprintf(start, sizeof start, "_Z%zu", length);
    return strncmp(symbol, start, start_length) == 0 &&
           strncmp(symbol + start_length, name, length) == 0;
}

/* Finds local functions, too: linkers make those of -fvisibility=hidden local. */
static bool find_function(const struct elf_symbols *table, const char *name, uint64_t *address) {
    bool wants_c = strcmp(name, "DriverEntry") == 0;
    for (size_t i = 1; i < table->count; i++) {
        Elf64_Sym symbol;
        memcpy(&symbol, table->symbols + i * sizeof symbol, sizeof symbol);
        unsigned type = ELF64_ST_TYPE(symbol.st_info);
        if (symbol.st_shndx == SHN_UNDEF || symbol.st_name >= table->string_size ||
            (type != STT_FUNC && type != STT_NOTYPE))
            continue;
        const char *found = table->strings + symbol.st_name;
        if (strcmp(found, name) == 0 || (!wants_c && is_mangled(found, name))) {
            *address = symbol.st_value;
            return true;
        }
    }
    return false;
}

struct entry_name {
    enum port_image_entry entry;
    const char *name;
    bool windows, wide;
};

static const struct entry_name program_entries[] = {
    {PORT_ENTRY_MAIN, "main", false, false},
    {PORT_ENTRY_WMAIN, "wmain", false, true},
    {PORT_ENTRY_WINMAIN, "WinMain", true, false},
    {PORT_ENTRY_WWINMAIN, "wWinMain", true, true},
};

/* The entry that fits the options best; others will do. */
static bool find_program_entry(const struct elf_symbols *table, const struct elf_seal *seal,
                               struct image_note *note) {
    int best = -1;
    for (size_t i = 0; i < sizeof program_entries / sizeof *program_entries; i++) {
        const struct entry_name *entry = &program_entries[i];
        int fit = 2 * (entry->windows == seal->windows) + (entry->wide == seal->wide);
        uint64_t address;
        if (fit > best && find_function(table, entry->name, &address)) {
            best = fit;
            note->entry = (uint32_t)entry->entry;
            note->entry_address = address;
        }
    }
    return best >= 0;
}

static bool find_entry(const struct elf_file *file, const struct elf_seal *seal,
                       struct seal_error error) {
    struct elf_symbols table;
    struct image_note *note = file->note;
    if (!elf_static_symbols(file, &table))
        table = (struct elf_symbols){(const unsigned char *)file->symbols, file->symbol_count,
                                     file->strings, file->string_size};
    note->entry = PORT_ENTRY_NONE;
    switch (seal->kind) {
    case PORT_IMAGE_PROGRAM:
        return find_program_entry(&table, seal, note) ||
               fail(error,
                    "no main, wmain, WinMain or wWinMain is defined%s; to build a DLL use "
                    "-shared, a driver --driver",
                    "");
    case PORT_IMAGE_DRIVER:
        if (!find_function(&table, "DriverEntry", &note->entry_address))
            return fail(error,
                        "a driver, but no DriverEntry is defined%s; in C++ it must be "
                        "extern \"C\"",
                        "");
        note->entry = PORT_ENTRY_DRIVER;
        return true;
    case PORT_IMAGE_DLL:
        if (find_function(&table, "DllMain", &note->entry_address))
            note->entry = PORT_ENTRY_DLLMAIN;
        return true;
    }
    return false;
}

bool elf_seal(unsigned char *bytes, size_t size, const struct elf_seal *seal, char *error,
              size_t error_size) {
    struct elf_file file;
    struct seal_error problem = {error, error_size};
    if (elf_identify(bytes, size) != ELF_KIND_SHARED)
        return fail(problem, "the linker made no shared object for this machine%s", "");
    const char *wrong = elf_parse(&file, bytes, size);
    if (wrong)
        return fail(problem, "the linker's output cannot be understood: %s", wrong);
    if (!file.note)
        return fail(problem,
                    "the linker dropped the image note%s; leave out options that remove "
                    "sections",
                    "");
    if (!check_all(&file, problem) || !find_entry(&file, seal, problem))
        return false;
    change_tags(&file);
    change_symbols(&file);
    file.note->version = IMAGE_FORMAT_VERSION;
    file.note->kind = (uint32_t)seal->kind;
    file.note->flags = seal->windows ? 0 : IMAGE_FLAG_CONSOLE;
    file.note->file_size = size;
    file.note->checksum = elf_checksum(&file);
    return true;
}
