/*
 * image.c - opening an image file: every error that its bytes can cause is found here.
 */
#include "port/image_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_SIZE_MAX = 1 << 30 };

void image_fail(struct image_error error, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error.text, error.size, format, arguments);
    va_end(arguments);
}

/* Reads all of an open regular file. NULL: the text in `error` says why. */
static uint8_t *read_all(int file, const char *path, size_t *size, struct image_error error) {
    struct stat status;
    if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
        image_fail(error, "%s: is %s; give the name of an image made by rundown-cc", path,
                   S_ISDIR(status.st_mode) ? "a directory" : "no regular file");
        return NULL;
    }
    if (status.st_size > FILE_SIZE_MAX) {
        image_fail(error, "%s: is larger than 1 GiB; no image is", path);
        return NULL;
    }
    *size = (size_t)status.st_size;
    uint8_t *bytes = malloc(*size + 1);
    if (!bytes) {
        image_fail(error, "%s: not enough memory to read it (%zu bytes)", path, *size);
        return NULL;
    }
    for (size_t done = 0; done < *size;) {
        ssize_t got = read(file, bytes + done, *size - done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            image_fail(error, "%s: cannot be read: %s", path,
                       got < 0 ? strerror(errno) : "it became shorter");
            free(bytes);
            return NULL;
        }
        done += (size_t)got;
    }
    return bytes;
}

uint8_t *image_read_file(const char *path, size_t *size, struct image_error error) {
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) {
        if (errno == ENOENT)
            image_fail(error, "%s: no such file; build it with rundown-cc or correct its name",
                       path);
        else
            image_fail(error, "%s: cannot be opened: %s", path, strerror(errno));
        return NULL;
    }
    uint8_t *bytes = read_all(file, path, size, error);
    close(file);
    return bytes;
}

/* Says what a file is that is no image at all. */
static bool check_kind(const char *path, const uint8_t *bytes, size_t size,
                       struct image_error error) {
    const char *text = NULL;
    switch (elf_identify(bytes, size)) {
    case ELF_KIND_SHARED:
        return true;
    case ELF_KIND_EMPTY:
        text = "is empty; build it again with rundown-cc";
        break;
    case ELF_KIND_PE:
        text =
            "is a Windows PE image; Rundown runs source code: compile its source with rundown-cc";
        break;
    case ELF_KIND_NOT_ELF:
        text = "is not an image; compile its source with rundown-cc";
        break;
    case ELF_KIND_OTHER_CLASS:
        text =
            "was built for a 32-bit or other-endian machine; build it again with rundown-cc here";
        break;
    case ELF_KIND_OBJECT:
        text = "is an object file; link it with rundown-cc";
        break;
    case ELF_KIND_OTHER:
        text = "is an ordinary program of this host; compile its source with rundown-cc";
        break;
    case ELF_KIND_TRUNCATED:
        text = "is damaged: its header is cut off; build it again with rundown-cc";
        break;
    case ELF_KIND_OTHER_MACHINE: {
        Elf64_Ehdr header;
        memcpy(&header, bytes, sizeof header);
        image_fail(error,
                   "%s: was built for another machine (%s); build it again with rundown-cc here",
                   path, elf_machine_name(header.e_machine));
        return false;
    }
    }
    image_fail(error, "%s: %s", path, text);
    return false;
}

/* Finds the note, compares version, size and checksum, and only then reads the tables. */
static bool check_file(const char *path, struct elf_file *file, uint8_t *bytes, size_t size,
                       struct image_error error) {
    if (!check_kind(path, bytes, size, error))
        return false;
    if (!elf_find_note(file, bytes, size)) {
        image_fail(
            error,
            "%s: was not made by rundown-cc, or is damaged; compile its source with rundown-cc",
            path);
        return false;
    }
    if (file->note->version != IMAGE_FORMAT_VERSION) {
        image_fail(
            error,
            "%s: has image format %u, this is Rundown with format %d; build it again with this "
            "version's rundown-cc",
            path, (unsigned)file->note->version, IMAGE_FORMAT_VERSION);
        return false;
    }
    const char *wrong = NULL;
    if (file->note->file_size != size)
        wrong = size < file->note->file_size ? "it is shorter than rundown-cc made it"
                                             : "it is longer than rundown-cc made it";
    else if (file->note->checksum != elf_checksum(file))
        wrong = "it was changed after rundown-cc made it";
    else
        wrong = elf_parse(file, bytes, size);
    if (wrong)
        image_fail(error, "%s: is damaged: %s; build it again with rundown-cc", path, wrong);
    return !wrong;
}

struct port_image *port_image_open(const char *path, char *text, size_t text_size) {
    struct image_error error = {text, text_size};
    size_t size;
    uint8_t *bytes = image_read_file(path, &size, error);
    if (!bytes)
        return NULL;
    struct elf_file file;
    struct port_image *image = NULL;
    if (check_file(path, &file, bytes, size, error)) {
        image = calloc(1, sizeof *image);
        if (image) {
            image->copy = -1;
            image->note = *file.note;
            image->path = strdup(path);
        }
        bool mapped = image && image->path && image_map(image, &file, error);
        if (!image || !image->path || (mapped && !image_read_tables(image, &file)))
            image_fail(error, "%s: not enough memory to load it", path);
        else if (mapped)
            goto done;
        port_image_close(image);
        image = NULL;
    }
done:
    free(bytes);
    return image;
}

void port_image_close(struct port_image *image) {
    if (!image)
        return;
    image_free_tables(image);
    image_unmap(image);
    free(image->pristine);
    free(image->path);
    free(image);
}

enum port_image_kind port_image_get_kind(const struct port_image *image) {
    return (enum port_image_kind)image->note.kind;
}

const char *port_image_path(const struct port_image *image) {
    return image->path;
}

enum port_image_entry port_image_get_entry(const struct port_image *image, void **address) {
    bool none = image->note.entry == PORT_ENTRY_NONE;
    *address = none ? NULL : (void *)(image->base + image->note.entry_address);
    return (enum port_image_entry)image->note.entry;
}

bool port_image_is_console(const struct port_image *image) {
    return (image->note.flags & IMAGE_FLAG_CONSOLE) != 0;
}

void *port_image_base(const struct port_image *image, size_t *size) {
    enum { PAGE = 0x1000 };
    *size = (image->end - image->base + PAGE - 1) & ~(size_t)(PAGE - 1);
    return (void *)image->base;
}

bool port_image_contains(const struct port_image *image, const void *address) {
    return (uintptr_t)address >= image->base && (uintptr_t)address < image->end;
}

bool port_image_offset(const struct port_image *image, uint64_t address, uint64_t *offset) {
    *offset = address - image->base;
    return address >= image->base && address < image->end;
}
