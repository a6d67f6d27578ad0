/*
 * image_data.c - the writable bytes of an image: one copy for each process, one template for
 * thread-local data.
 */
#include "port/image_internal.h"
#include "port/port_internal.h"

#include <stddef.h>
#include <string.h>
#include <unistd.h>

enum { CLAIM_SIZE = 8 };

static uint64_t claim_offset(const struct elf_file *file) {
    return file->note_address + offsetof(struct image_note, claim_offset) +
           (uint64_t)file->note->claim_offset;
}

static void add_range(struct port_image *image, uint64_t begin, uint64_t end) {
    if (begin < end) {
        image->data[image->data_count++] = (struct image_range){begin, end - begin};
        image->data_size += end - begin;
    }
}

/* The claim flag belongs to the mapping, not to a process; other threads may test it at any time.
 */
static void add_data(struct port_image *image, const struct elf_file *file, uint64_t begin,
                     uint64_t end) {
    uint64_t claim = claim_offset(file);
    if (claim >= begin && claim < end) {
        add_range(image, begin, claim);
        begin = claim + CLAIM_SIZE;
    }
    add_range(image, begin, end);
}

/*
 * What becomes read-only after binding (addresses of imports, tables of addresses) is the same in
 * all processes; the rest of the writable segments is private. Only whole pages can be read-only.
 */
void image_find_data(struct port_image *image, const struct elf_file *file) {
    uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
    uint64_t relro_begin = 0, relro_end = 0;
    for (size_t i = 0; i < file->segment_count; i++) {
        const Elf64_Phdr *segment = &file->segments[i];
        if (segment->p_type != IMAGE_SEGMENT_RELRO)
            continue;
        relro_begin = segment->p_vaddr & ~(page - 1);
        relro_end = (segment->p_vaddr + segment->p_memsz) & ~(page - 1);
    }
    if (relro_end > relro_begin)
        image->relro = (struct image_range){relro_begin, relro_end - relro_begin};
    for (size_t i = 0; i < file->segment_count; i++) {
        const Elf64_Phdr *segment = &file->segments[i];
        if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_W))
            continue;
        uint64_t begin = segment->p_vaddr, end = begin + segment->p_memsz;
        if (image->relro.size == 0 || relro_end <= begin || relro_begin >= end) {
            add_data(image, file, begin, end);
        } else {
            add_data(image, file, begin, relro_begin);
            add_data(image, file, relro_end, end);
        }
    }
}

size_t port_image_data_size(const struct port_image *image) {
    return image->data_size;
}

void port_image_data_save(const struct port_image *image, void *copy) {
    uint8_t *to = copy;
    for (size_t i = 0; i < image->data_count; i++) {
        uintptr_t from = image->base + image->data[i].offset;
        /* Where the image lies now, a host thread may have had its stack. */
        port_stack_unpoison(from, from + image->data[i].size);
        memcpy(to, (const void *)from, image->data[i].size);
        to += image->data[i].size;
    }
}

void port_image_data_load(struct port_image *image, const void *copy) {
    const uint8_t *from = copy;
    for (size_t i = 0; i < image->data_count; i++) {
        memcpy((void *)(image->base + image->data[i].offset), from, image->data[i].size);
        from += image->data[i].size;
    }
}

void port_image_data_reset(struct port_image *image) {
    port_image_data_load(image, image->pristine);
}

void port_image_data_pristine(const struct port_image *image, void *copy) {
    memcpy(copy, image->pristine, image->data_size);
}

size_t port_image_tls_size(const struct port_image *image) {
    return image->tls_size;
}

size_t port_image_tls_align(const struct port_image *image) {
    return image->tls_align;
}

/* The template is read from the mapped image, where addresses in it are already relocated. */
void port_image_tls_init(const struct port_image *image, void *block) {
    memcpy(block, (const void *)(image->base + image->tls_offset), image->tls_file_size);
    memset((uint8_t *)block + image->tls_file_size, 0, image->tls_size - image->tls_file_size);
}
