/*
 * image_map.c - bringing an image into memory, private to its opener.
 *
 * The host's dynamic linker maps a file once and hands the same memory to everybody who opens it
 * again. The first opener claims that memory by a flag inside it; later ones map a copy of the
 * file. The first maps the file itself, so that debuggers find it.
 */
#include "port/image_internal.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/*
 * ThreadSanitizer does not see the lock inside the dynamic linker: it would take an image that one
 * thread closed and the next one, mapped at the same address by another thread, for one memory, and
 * what one thread's call allocated and another's frees for a race. So there is one that it sees.
 */
#if defined(__SANITIZE_THREAD__)
#define IMAGE_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define IMAGE_TSAN 1
#endif
#endif
#ifdef IMAGE_TSAN
#include <pthread.h>
static pthread_mutex_t linker_lock = PTHREAD_MUTEX_INITIALIZER;
#define LOCK_LINKER() pthread_mutex_lock(&linker_lock)
#define UNLOCK_LINKER() pthread_mutex_unlock(&linker_lock)
#define UNSEEN_LOCK __attribute__((no_sanitize_thread))
#else
#define LOCK_LINKER() ((void)0)
#define UNLOCK_LINKER() ((void)0)
#define UNSEEN_LOCK
#endif

/* False: the host has no such knowledge. */
UNSEEN_LOCK static bool find_base(void *handle, uintptr_t *base) {
    struct link_map *map = NULL;
    if (dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0)
        return false;
    *base = map->l_addr;
    return true;
}

static void unmap(void *handle) {
    LOCK_LINKER();
    dlclose(handle);
    UNLOCK_LINKER();
}

/* What the dynamic linker knows about the object at `base`. */
struct mapping {
    uintptr_t base;
    const struct elf_file *file;
    bool same_layout;
};

static int compare_mapping(struct dl_phdr_info *info, size_t size, void *context) {
    struct mapping *mapping = context;
    (void)size;
    if (info->dlpi_addr != mapping->base)
        return 0;
    mapping->same_layout = info->dlpi_phnum == mapping->file->segment_count &&
                           memcmp(info->dlpi_phdr, mapping->file->segments,
                                  mapping->file->segment_count * sizeof(Elf64_Phdr)) == 0;
    return 1;
}

/*
 * True if the memory holds exactly this file and nobody claimed it before. A name can lead to the
 * mapping of an older file when that one is still in use.
 */
static bool claim(const struct elf_file *file, uintptr_t base) {
    struct mapping mapping = {.base = base, .file = file};
    dl_iterate_phdr(compare_mapping, &mapping);
    if (!mapping.same_layout)
        return false;
    const struct image_note *note = (const struct image_note *)(base + file->note_address);
    if (note->checksum != file->note->checksum)
        return false;
    uintptr_t flag = (uintptr_t)&note->claim_offset + (uintptr_t)note->claim_offset;
    return atomic_exchange((_Atomic uint32_t *)flag, 1) == 0;
}

/*
 * The host's C++ run-time is opened by itself before the first image that needs it: it must not
 * find functions of that image, such as those of std::string, which allocate in a simulated
 * process.
 */
static size_t open_libraries(const struct elf_file *file, void **handles, size_t room) {
    size_t count = 0;
    for (size_t i = 0; i < file->dynamic_count && count < room; i++) {
        const Elf64_Dyn *entry = &file->dynamic[i];
        if (entry->d_tag == DT_NEEDED)
            handles[count] = dlopen(elf_string(file, entry->d_un.d_val), RTLD_NOW | RTLD_LOCAL);
        count += entry->d_tag == DT_NEEDED && handles[count];
    }
    return count;
}

static void *open_image(const struct elf_file *file, const char *name) {
    void *libraries[4]; /* more than the C++ run-time has */
    size_t count = open_libraries(file, libraries, sizeof libraries / sizeof *libraries);
    void *handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    while (count > 0)
        dlclose(libraries[--count]); /* the image keeps them */
    return handle;
}

/* Maps one file name. False: `handle` is NULL if the host refused, else the memory is taken. */
static bool try_name(struct port_image *image, const struct elf_file *file, const char *name) {
    LOCK_LINKER();
    image->handle = open_image(file, name);
    UNLOCK_LINKER();
    if (!image->handle)
        return false;
    if (find_base(image->handle, &image->base) && claim(file, image->base))
        return true;
    unmap(image->handle);
    return false;
}

static bool write_all(int copy, const uint8_t *bytes, size_t size) {
    for (size_t done = 0; done < size;) {
        ssize_t put = write(copy, bytes + done, size - done);
        if (put < 0 && errno != EINTR)
            return false;
        if (put > 0)
            done += (size_t)put;
    }
    return true;
}

/*
 * The descriptor stays open as long as the image: its number is part of the name, and the linker
 * takes two files of one name for the same.
 */
static bool map_memory_copy(struct port_image *image, const struct elf_file *file) {
    int copy = memfd_create("rundown-image", MFD_CLOEXEC);
    if (copy < 0)
        return false;
    char name[64];
    snprintf(name, sizeof name, "/proc/self/fd/%d", copy);
    if (write_all(copy, file->bytes, file->size) && try_name(image, file, name)) {
        image->copy = copy;
        return true;
    }
    close(copy);
    return false;
}

/* For hosts without /proc or memfd: a temporary file that has no name once it is mapped. */
static bool map_file_copy(struct port_image *image, const struct elf_file *file) {
    const char *directory = getenv("TMPDIR");
    char name[4096];
    int length = snprintf(name, sizeof name, "%s/rundown-image-XXXXXX",
                          directory && *directory ? directory : P_tmpdir);
    if (length < 0 || (size_t)length >= sizeof name)
        return false;
    int copy = mkstemp(name);
    if (copy < 0)
        return false;
    bool mapped = write_all(copy, file->bytes, file->size) && try_name(image, file, name);
    close(copy);
    unlink(name);
    return mapped;
}

static void find_end(struct port_image *image, const struct elf_file *file) {
    image->end = image->base;
    for (size_t i = 0; i < file->segment_count; i++) {
        const Elf64_Phdr *segment = &file->segments[i];
        uintptr_t end = image->base + segment->p_vaddr + segment->p_memsz;
        if (segment->p_type == PT_LOAD && end > image->end)
            image->end = end;
    }
}

bool image_map(struct port_image *image, const struct elf_file *file, struct image_error error) {
    /* A name without a slash would be looked for in the host's library directories. */
    size_t size = strlen(image->path) + sizeof "./";
    char *name = malloc(size);
    if (!name) {
        image_fail(error, "%s: not enough memory to load it", image->path);
        return false;
    }
    snprintf(name, size, "%s%s", strchr(image->path, '/') ? "" : "./", image->path);
    bool mapped = try_name(image, file, name);
    if (!mapped && !image->handle) {
        const char *reason = dlerror();
        image_fail(error, "%s: the host cannot map it: %s", image->path,
                   reason ? reason : "unknown reason");
    } else if (!mapped) {
        image->handle = NULL;
        mapped = map_memory_copy(image, file) || map_file_copy(image, file);
        if (!mapped)
            image_fail(error,
                       "%s: is in use already and cannot be copied; set TMPDIR to a directory for "
                       "executable files",
                       image->path);
    }
    free(name);
    if (!mapped) {
        image->handle = NULL;
        return false;
    }
    find_end(image, file);
    return true;
}

void image_unmap(struct port_image *image) {
    if (image->handle)
        unmap(image->handle);
    if (image->copy >= 0)
        close(image->copy);
}
