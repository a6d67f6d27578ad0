/*
 * image_bind.c - imports, exports and the places in an image that hold addresses of symbols.
 */
#include "port/image_internal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Strings stay where the mapped image has them. */
static const char *mapped_string(const struct port_image *image, const struct elf_file *file,
                                 uint64_t offset) {
    const char *text = elf_string(file, offset);
    return *text ? (const char *)(image->base + file->strings_address + offset) : "";
}

static void set_relro(struct port_image *image, bool locked) {
    image->locked = locked;
    if (image->relro.size)
        mprotect((void *)(image->base + image->relro.offset), image->relro.size,
                 locked ? PROT_READ : PROT_READ | PROT_WRITE);
}

void image_store(struct port_image *image, uint64_t offset, uint64_t value) {
    bool locked = image->locked && offset - image->relro.offset < image->relro.size;
    if (locked)
        set_relro(image, false);
    memcpy((void *)(image->base + offset), &value, sizeof value);
    if (locked)
        set_relro(image, true);
}

void port_image_freeze(struct port_image *image) {
    set_relro(image, true);
    port_image_data_save(image, image->pristine);
}

/* Counts or fills in; `numbers` gives the import of each symbol, SIZE_MAX: none yet. */
struct import_scan {
    struct port_image *image;
    const struct elf_file *file;
    size_t *numbers;
};

static bool is_import(const struct elf_file *file, size_t symbol) {
    return symbol != 0 && file->symbols[symbol].st_shndx == SHN_UNDEF &&
           *elf_string(file, file->symbols[symbol].st_name);
}

static void add_place(struct import_scan *scan, const Elf64_Rela *rela) {
    size_t symbol = ELF64_R_SYM(rela->r_info);
    struct port_image *image = scan->image;
    if (!is_import(scan->file, symbol))
        return;
    if (scan->numbers[symbol] == SIZE_MAX) {
        const Elf64_Sym *entry = &scan->file->symbols[symbol];
        struct image_import *import = &image->imports[image->import_count];
        import->public.name = mapped_string(image, scan->file, entry->st_name);
        import->public.is_data = ELF64_ST_TYPE(entry->st_info) == STT_OBJECT;
        import->public.is_weak = entry->st_size == IMAGE_IMPORT_WEAK;
        scan->numbers[symbol] = image->import_count++;
    }
    image->imports[scan->numbers[symbol]].place_count++;
}

static void fill_place(struct import_scan *scan, const Elf64_Rela *rela) {
    size_t symbol = ELF64_R_SYM(rela->r_info);
    struct port_image *image = scan->image;
    if (is_import(scan->file, symbol)) {
        struct image_import *import = &image->imports[scan->numbers[symbol]];
        image->places[import->first_place + import->place_count++] =
            (struct image_place){rela->r_offset, rela->r_addend};
    } else if (symbol != 0) {
        /* Its own symbol: the host's linker may have preferred a namesake of the host. */
        image_store(image, rela->r_offset,
                    image->base + scan->file->symbols[symbol].st_value + (uint64_t)rela->r_addend);
    }
}

static void for_each_pointer(struct import_scan *scan,
                             void visit(struct import_scan *, const Elf64_Rela *)) {
    for (size_t table = 0; table < ELF_TABLES; table++)
        for (size_t i = 0; i < scan->file->rela_count[table]; i++)
            if (elf_reloc_kind(&scan->file->rela[table][i]) == ELF_RELOC_POINTER)
                visit(scan, &scan->file->rela[table][i]);
}

static bool read_imports(struct port_image *image, const struct elf_file *file) {
    size_t total = file->rela_count[0] + file->rela_count[1];
    struct import_scan scan = {image, file, malloc((file->symbol_count + 1) * sizeof(size_t))};
    image->imports = calloc(file->symbol_count + 1, sizeof *image->imports);
    image->places = calloc(total + 1, sizeof *image->places);
    bool enough = scan.numbers && image->imports && image->places;
    if (enough) {
        for (size_t i = 0; i < file->symbol_count; i++)
            scan.numbers[i] = SIZE_MAX;
        for_each_pointer(&scan, add_place);
        size_t first = 0;
        for (size_t i = 0; i < image->import_count; i++) {
            image->imports[i].first_place = first;
            first += image->imports[i].place_count;
            image->imports[i].place_count = 0;
        }
        for_each_pointer(&scan, fill_place);
    }
    free(scan.numbers);
    return enough;
}

static bool read_tls(struct port_image *image, const struct elf_file *file) {
    for (size_t i = 0; i < file->segment_count; i++) {
        const Elf64_Phdr *segment = &file->segments[i];
        if (segment->p_type != PT_TLS)
            continue;
        image->tls_offset = segment->p_vaddr;
        image->tls_file_size = segment->p_filesz;
        image->tls_size = segment->p_memsz;
        image->tls_align = segment->p_align ? segment->p_align : 1;
    }
    image->tls_places = calloc(file->rela_count[0] + 1, sizeof *image->tls_places);
    if (!image->tls_places)
        return false;
    for (size_t i = 0; i < file->rela_count[0]; i++)
        if (elf_reloc_kind(&file->rela[0][i]) == ELF_RELOC_TLS_MODULE)
            image->tls_places[image->tls_place_count++] = file->rela[0][i].r_offset;
    return true;
}

static int compare_exports(const void *left, const void *right) {
    return strcmp(((const struct image_export *)left)->name,
                  ((const struct image_export *)right)->name);
}

static bool read_exports(struct port_image *image, const struct elf_file *file) {
    image->exports = calloc(file->symbol_count + 1, sizeof *image->exports);
    if (!image->exports)
        return false;
    for (size_t i = 1; i < file->symbol_count; i++) {
        const Elf64_Sym *symbol = &file->symbols[i];
        if (elf_is_export(symbol))
            image->exports[image->export_count++] = (struct image_export){
                mapped_string(image, file, symbol->st_name), symbol->st_value};
    }
    qsort(image->exports, image->export_count, sizeof *image->exports, compare_exports);
    return true;
}

static bool read_needed(struct port_image *image, const struct elf_file *file) {
    image->needed = calloc(file->dynamic_count + 1, sizeof *image->needed);
    if (!image->needed)
        return false;
    for (size_t i = 0; i < file->dynamic_count; i++)
        if (file->dynamic[i].d_tag == IMAGE_TAG_NEEDED)
            image->needed[image->needed_count++] =
                mapped_string(image, file, file->dynamic[i].d_un.d_val);
    return true;
}

static struct image_range read_array(const struct elf_file *file, int64_t tag, int64_t size_tag) {
    struct image_range range = {0, 0};
    if (!elf_dynamic(file, tag, &range.offset) || !elf_dynamic(file, size_tag, &range.size) ||
        !elf_at(file, range.offset, range.size, sizeof(void *)))
        range.size = 0;
    return range;
}

static struct image_range read_tls_callbacks(const struct elf_file *file) {
    const struct image_note *note = file->note;
    uint64_t address = file->note_address;
    uint64_t begin = address + offsetof(struct image_note, tls_begin) + (uint64_t)note->tls_begin;
    uint64_t end = address + offsetof(struct image_note, tls_end) + (uint64_t)note->tls_end;
    struct image_range range = {begin, end > begin ? end - begin : 0};
    if (!elf_at(file, range.offset, range.size, sizeof(void *)))
        range.size = 0;
    return range;
}

bool image_read_tables(struct port_image *image, const struct elf_file *file) {
    image_find_data(image, file);
    image->pristine = malloc(image->data_size + 1);
    if (!image->pristine)
        return false;
    image->constructors = read_array(file, IMAGE_TAG_INIT_ARRAY, IMAGE_TAG_INIT_ARRAYSZ);
    image->destructors = read_array(file, IMAGE_TAG_FINI_ARRAY, IMAGE_TAG_FINI_ARRAYSZ);
    image->tls_callbacks = read_tls_callbacks(file);
    return read_imports(image, file) && read_tls(image, file) && read_exports(image, file) &&
           read_needed(image, file);
}

void image_free_tables(struct port_image *image) {
    free(image->imports);
    free(image->places);
    free(image->tls_places);
    free(image->exports);
    free(image->needed);
}

size_t port_image_needed_count(const struct port_image *image) {
    return image->needed_count;
}

const char *port_image_needed(const struct port_image *image, size_t index) {
    return image->needed[index];
}

size_t port_image_import_count(const struct port_image *image) {
    return image->import_count;
}

void port_image_import(const struct port_image *image, size_t index, struct port_import *import) {
    *import = image->imports[index].public;
}

void port_image_bind(struct port_image *image, size_t index, void *address) {
    const struct image_import *import = &image->imports[index];
    for (size_t i = 0; i < import->place_count; i++) {
        const struct image_place *place = &image->places[import->first_place + i];
        image_store(image, place->offset, (uintptr_t)address + (uint64_t)place->addend);
    }
}

void *port_image_symbol(const struct port_image *image, const char *name) {
    const struct image_export key = {name, 0};
    const struct image_export *found =
        bsearch(&key, image->exports, image->export_count, sizeof *image->exports, compare_exports);
    return found ? (void *)(image->base + found->offset) : NULL;
}

static void get_array(const struct port_image *image, struct image_range range,
                      struct port_function_array *array) {
    array->count = range.size / sizeof(void (*)(void));
    array->functions = (void (**)(void))(image->base + range.offset);
}

void port_image_constructors(const struct port_image *image, struct port_function_array *array) {
    get_array(image, image->constructors, array);
}

void port_image_destructors(const struct port_image *image, struct port_function_array *array) {
    get_array(image, image->destructors, array);
}

void port_image_tls_callbacks(const struct port_image *image, struct port_function_array *array) {
    get_array(image, image->tls_callbacks, array);
}

void port_image_set_tls_module(struct port_image *image, uintptr_t module) {
    for (size_t i = 0; i < image->tls_place_count; i++)
        image_store(image, image->tls_places[i], module);
}
