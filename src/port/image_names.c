/* image_names.c - what the source calls a variable or a function, for reports. */
#include <ctype.h>
#include <dlfcn.h>
#include <inttypes.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "port/image_internal.h"

struct found {
    const char *symbol;
    uint64_t offset;
};

static bool find(const struct elf_symbols *symbols, unsigned type, uint64_t address,
                 struct found *found) {
    for (size_t i = 1; i < symbols->count; i++) {
        Elf64_Sym symbol;
        memcpy(&symbol, symbols->symbols + i * sizeof symbol, sizeof symbol);
        if (ELF64_ST_TYPE(symbol.st_info) != type || symbol.st_shndx == SHN_UNDEF ||
            symbol.st_name >= symbols->string_size || address - symbol.st_value >= symbol.st_size)
            continue;
        *found = (struct found){symbols->strings + symbol.st_name, address - symbol.st_value};
        return true;
    }
    return false;
}

/*
 * The names in what C++ makes of one: _ZL6static, _ZN4name6insideE, _ZZ8functionvE8variable, and of
 * a function: _Z8functionPv, _ZNK5class6methodEi; of one within it (_ZZ4mainE...) that function's.
 * False: it is something else.
 */
static bool demangle(const char *symbol, unsigned type, char *name, size_t size) {
    size_t used = 0;
    bool local = strncmp(symbol, "_ZZ", 3) == 0, function = type == STT_FUNC;
    const char *inner = local && !function ? strrchr(symbol, 'E') : NULL;
    symbol = inner ? inner + 1 : symbol + 2 + local;
    symbol += *symbol == 'N' || *symbol == 'L';
    symbol += *symbol == 'K'; /* of a function that is const */
    for (char *end; isdigit((unsigned char)*symbol) || *symbol == 'L'; symbol = end) {
        size_t length = strtoul(symbol + (*symbol == 'L'), &end, 10);
        if (length == 0 || length > strlen(end) || used + length + 3 > size)
            return false;
        used += (size_t)snprintf(name + used, size - used, "%s%.*s", used ? "::" : "", (int)length,
                                 end);
        end += length;
    }
    return used && (function || *symbol == '\0' || strcmp(symbol, "E") == 0);
}

/* gcc calls a static variable of a function `name.5`, clang `function.name` or `function.name.5`.
 */
static void put_plain(const char *symbol, char *name, size_t size) {
    size_t end = strlen(symbol), digits = 0;
    while (digits < end && isdigit((unsigned char)symbol[end - digits - 1]))
        digits++;
    if (digits && digits < end && symbol[end - digits - 1] == '.')
        end -= digits + 1;
    size_t start = end;
    while (start > 0 && symbol[start - 1] != '.')
        start--;
    snprintf(name, size, "%.*s", (int)(end - start), symbol + start);
}

static void put_name(const struct found *found, unsigned type, char *name, size_t size) {
    const char *symbol = found->symbol;
    if (strncmp(symbol, "_Z", 2) != 0 || !demangle(symbol, type, name, size))
        put_plain(symbol, name, size);
}

static void put_offset(const struct found *found, char *name, size_t size) {
    size_t used = strlen(name);
    if (found->offset)
        snprintf(name + used, size - used, "+%" PRIu64, found->offset);
}

/* `type` STT_OBJECT, STT_FUNC. */
static bool name_in_file(const char *path, unsigned type, uint64_t address, char *name,
                         size_t size) {
    char reason[256];
    struct elf_file file = {.size = 0};
    struct elf_symbols symbols;
    struct found found;
    file.bytes = image_read_file(path, &file.size, (struct image_error){reason, sizeof reason});
    enum elf_kind kind = file.bytes ? elf_identify(file.bytes, file.size) : ELF_KIND_EMPTY;
    bool known = (kind == ELF_KIND_SHARED || kind == ELF_KIND_OTHER) &&
                 elf_static_symbols(&file, &symbols) && find(&symbols, type, address, &found);
    if (known)
        put_name(&found, type, name, size);
    if (known && type == STT_OBJECT)
        put_offset(&found, name, size);
    free(file.bytes);
    return known;
}

static bool name_in_host(unsigned type, uint64_t address, char *name, size_t size) {
    Dl_info where;
    struct link_map *map = NULL;
    if (!dladdr1((void *)(uintptr_t)address, &where, (void **)&map, RTLD_DL_LINKMAP) || !map)
        return false;
    return name_in_file(*map->l_name ? map->l_name : "/proc/self/exe", type, address - map->l_addr,
                        name, size);
}

bool port_image_variable(const struct port_image *image, uint64_t address, char *name,
                         size_t size) {
    return name_in_file(image->path, STT_OBJECT, address - image->base, name, size);
}

bool port_image_function(const struct port_image *image, uint64_t address, char *name,
                         size_t size) {
    return name_in_file(image->path, STT_FUNC, address - image->base, name, size);
}

bool port_host_variable(uint64_t address, char *name, size_t size) {
    return name_in_host(STT_OBJECT, address, name, size);
}

bool port_host_function_name(uint64_t address, char *name, size_t size) {
    return name_in_host(STT_FUNC, address, name, size);
}
