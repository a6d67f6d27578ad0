/* image.c - the images that a world knows: registered functions, and files with their imports
 * bound. */
#include <stdio.h>
#include <string.h>

#include "ldr/ldr.h"
#include "port/host_file.h"
#include "port/image.h"
#include "rundown/sdk/libloaderapi.h"

bool ldr_state_create(struct rd_world *w) {
    w->ldr = base_arena_alloc(&w->permanent, sizeof *w->ldr);
    if (!w->ldr)
        return false;
    memset(w->ldr, 0, sizeof *w->ldr);
    return true;
}

void ldr_state_reset(struct rd_world *w) {
    w->ldr->typed_ctrl_c = 0;
    w->ldr->in_place = NULL;
    w->ldr->cxx_owner = NULL;
    w->ke->hooks.switched = NULL;
    for (struct ldr_image *image = w->ldr->images; image; image = image->next)
        image->data_owner = NULL;
}

void ldr_state_destroy(struct rd_world *w) {
    for (struct ldr_image *image = w->ldr->images; image; image = image->next)
        if (image->file)
            port_image_close(image->file);
}

/* ---- names ----------------------------------------------------------------------------------- */

static int fold(char c) {
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

static bool same_letter(char a, char b) {
    return a == b || fold(a) == fold(b);
}

bool ldr_same_name(const char *a, const char *b) {
    while (*a && same_letter(*a, *b))
        a++, b++;
    return !*a && !*b;
}

bool ldr_same_prefix(const char *a, const char *b, size_t length) {
    for (size_t i = 0; i < length; i++)
        if (!same_letter(a[i], b[i]))
            return false;
    return true;
}

const char *ldr_base_name(const char *path) {
    const char *slash = strrchr(path, '/'), *backslash = strrchr(slash ? slash : path, '\\');
    return backslash ? backslash + 1 : slash ? slash + 1 : path;
}

struct ldr_wanted ldr_wanted_of(const char *name) {
    const char *base = ldr_base_name(name);
    return (struct ldr_wanted){base, strlen(base), strchr(base, '.') != NULL};
}

bool ldr_is_wanted_indeed(const char *known, const struct ldr_wanted *wanted) {
    if (ldr_same_name(known, wanted->base))
        return true;
    return !wanted->has_extension && strlen(known) == wanted->length + strlen(".dll") &&
           ldr_same_name(known + wanted->length, ".dll") &&
           ldr_same_prefix(known, wanted->base, wanted->length);
}

static const char *keep(struct rd_world *w, const char *text) {
    size_t size = strlen(text) + 1;
    char *copy = base_arena_alloc(&w->permanent, size);
    return copy ? memcpy(copy, text, size) : NULL;
}

rd_status ldr_add_path(struct rd_world *w, const char *directory) {
    size_t count = w->ldr->path_count;
    const char **paths = base_arena_alloc(&w->permanent, (count + 1) * sizeof *paths);
    const char *copy = keep(w, directory);
    if (!paths || !copy)
        return core_error(w, RD_NO_MEMORY, "no memory for the path '%s'", directory);
    if (count)
        memcpy(paths, w->ldr->paths, count * sizeof *paths);
    paths[count] = copy;
    w->ldr->paths = paths;
    w->ldr->path_count = count + 1;
    return RD_OK;
}

/* ---- registration ---------------------------------------------------------------------------- */

static struct ldr_image *add_image(struct rd_world *w, const char *name, const char *path) {
    struct ldr_image *image = base_arena_alloc(&w->permanent, sizeof *image);
    if (!image)
        return NULL;
    memset(image, 0, sizeof *image);
    image->name = keep(w, name);
    image->path = keep(w, path);
    if (!image->name || !image->path)
        return NULL;
    struct ldr_image **end = &w->ldr->images;
    while (*end)
        end = &(*end)->next;
    *end = image;
    return image;
}

static struct ldr_image *known(struct rd_world *w, const char *name) {
    for (struct ldr_image *image = w->ldr->images; image; image = image->next)
        if (!image->of_added && ldr_same_name(image->name, name))
            return image;
    return NULL;
}

static size_t count_names(const char *const *names) {
    size_t count = 0;
    while (names && names[count])
        count++;
    return count;
}

rd_status ldr_image_register(struct rd_world *w, const char *name, const rd_image_desc *desc,
                             struct ldr_image **out) {
    if (known(w, name))
        return core_error(w, RD_ALREADY_EXISTS, "an image named '%s' is already registered", name);
    char path[LDR_NAME_MAX + 8];
    snprintf(path, sizeof path, "C:\\%s", name);
    struct ldr_image *image = add_image(w, name, path);
    size_t imports = count_names(desc->imports);
    const char **needed = base_arena_alloc(&w->permanent, (imports + 1) * sizeof *needed);
    if (!image || !needed)
        return core_error(w, RD_NO_MEMORY, "no memory to register '%s'", name);
    for (size_t i = 0; i < imports; i++)
        needed[i] = keep(w, desc->imports[i]);
    needed[imports] = NULL;
    image->needed = needed;
    image->desc = *desc;
    image->is_driver = desc->driver_entry != NULL;
    image->is_dll = !desc->main && !desc->entry && !image->is_driver;
    image->bound = true;
    *out = image;
    return RD_OK;
}

static rd_status open_file(struct rd_world *w, const char *path, struct ldr_image **out) {
    char error[CORE_TEXT_MAX];
    struct port_image *file = port_image_open(path, error, sizeof error);
    if (!file)
        return core_error(w, RD_BAD_IMAGE, "%s", error);
    struct ldr_image *image = add_image(w, ldr_base_name(path), path);
    size_t count = port_image_needed_count(file);
    const char **needed = base_arena_alloc(&w->permanent, (count + 1) * sizeof *needed);
    if (!image || !needed) {
        port_image_close(file);
        return core_error(w, RD_NO_MEMORY, "no memory to load '%s'", path);
    }
    for (size_t i = 0; i < count; i++)
        needed[i] = port_image_needed(file, i);
    needed[count] = NULL;
    image->needed = needed;
    image->file = file;
    image->is_dll = port_image_get_kind(file) == PORT_IMAGE_DLL;
    image->is_driver = port_image_get_kind(file) == PORT_IMAGE_DRIVER;
    *out = image;
    return RD_OK;
}

rd_status ldr_image_load(struct rd_world *w, const char *path, struct ldr_image **out) {
    if (known(w, ldr_base_name(path)))
        return core_error(w, RD_ALREADY_EXISTS, "an image named '%s' is already registered",
                          ldr_base_name(path));
    rd_status status = open_file(w, path, out);
    if (status == RD_OK)
        ldr_image_bind(w, *out);
    return status;
}

/* ---- search ---------------------------------------------------------------------------------- */

static bool is_file(const char *path) {
    struct host_file_info info;
    return host_file_query(path, &info) == 0 && info.kind == HOST_FILE_REGULAR;
}

/* The image in that file, or NULL. */
static struct ldr_image *of_file(struct rd_world *w, const char *path) {
    struct ldr_image *image = w->ldr->images;
    while (image && !(image->file && strcmp(image->path, path) == 0))
        image = image->next;
    if (!image && is_file(path) && open_file(w, path, &image) == RD_OK)
        ldr_image_bind(w, image);
    return image;
}

/* A path of the host: the directory, of which `length` characters count, and the name. */
static bool join(char path[LDR_PATH_MAX], const char *directory, size_t length, const char *name) {
    int used = snprintf(path, LDR_PATH_MAX, "%.*s%s%s", (int)length, directory,
                        length && directory[length - 1] != '/' ? "/" : "", name);
    return used > 0 && used < LDR_PATH_MAX;
}

static struct ldr_image *try_directory(struct rd_world *w, const char *directory, size_t length,
                                       const char *name) {
    char path[LDR_PATH_MAX];
    return join(path, directory, length, name) ? of_file(w, path) : NULL;
}

static struct ldr_image *beside(struct rd_world *w, const struct ldr_image *image,
                                const char *name) {
    return try_directory(w, image->path, (size_t)(ldr_base_name(image->path) - image->path), name);
}

/* In a directory as a program names it. */
static struct ldr_image *in_directory(struct rd_world *w, const char *directory, const char *name) {
    char path[LDR_PATH_MAX], host[LDR_PATH_MAX];
    return join(path, directory, strlen(directory), name) &&
                   ldr_host_path(ps_current_process(w), path, host)
               ? of_file(w, host)
               : NULL;
}

/* Named with its directory. Under a name that it was once found by, it is known without a look at
 * the host's files. */
static struct ldr_image *by_path(struct rd_world *w, const char *name) {
    for (struct ldr_image *image = w->ldr->images; image; image = image->next)
        if (image->found_as && strcmp(image->found_as, name) == 0)
            return image;
    struct ldr_image *found = in_directory(w, "", name);
    if (found && !found->found_as && ldr_is_absolute(name))
        found->found_as = keep(w, name);
    return found;
}

/* What LoadLibraryEx or SetDefaultDllDirectories has asked for; 0: nothing. */
static uint32_t search_flags(const struct ps_process *process) {
    return process && process->ldr ? process->ldr->load_search : 0;
}

/* Those that it has added, then the one that it has set: nothing else, its current one least. */
static struct ldr_image *in_user_directories(struct rd_world *w, const struct ps_process *process,
                                             const char *name) {
    enum { USER = LOAD_LIBRARY_SEARCH_USER_DIRS | LOAD_LIBRARY_SEARCH_DEFAULT_DIRS };
    struct ldr_image *found = NULL;
    if (!(search_flags(process) & USER))
        return NULL;
    bool is_new = !known(w, name);
    base_list_each(link, &process->ldr->dll_directories) {
        if (!found)
            found =
                in_directory(w, base_container(link, struct ldr_dll_directory, link)->path, name);
    }
    if (!found && process->dll_directory && *process->dll_directory)
        found = in_directory(w, process->dll_directory, name);
    if (found && is_new)
        found->of_added = true;
    return found;
}

/* In the directory that the process has set for its DLLs, which takes the place of its current one
 * and may be none. */
static struct ldr_image *in_process_directory(struct rd_world *w, const char *name) {
    const struct ps_process *process = ps_current_process(w);
    const char *set = process ? process->dll_directory : NULL;
    if (search_flags(process))
        return in_user_directories(w, process, name);
    return set && !*set ? NULL : in_directory(w, set ? set : "", name);
}

/* Beside the images that are known, in the process's directory, then in the added directories. */
static struct ldr_image *search_file(struct rd_world *w, const char *name) {
    struct ldr_image *found = NULL;
    for (struct ldr_image *image = w->ldr->images; image && !found; image = image->next)
        if (image->file && !image->of_added)
            found = beside(w, image, name);
    if (!found)
        found = in_process_directory(w, name);
    for (size_t i = 0; i < w->ldr->path_count && !found; i++)
        found = try_directory(w, w->ldr->paths[i], strlen(w->ldr->paths[i]), name);
    return found;
}

/*
 * What a process finds that has gone to another directory, or set one for DLLs: beside its program,
 * then there. Nobody has to look for files as long as all processes are where they started.
 */
static struct ldr_image *search_here(struct rd_world *w, const char *name) {
    const struct ps_process *process = ps_current_process(w);
    struct ldr_image *found = NULL;
    if (!process || (!search_flags(process) && !process->dll_directory &&
                     strcmp(ldr_directory(process), "C:\\") == 0))
        return NULL;
    if (process->image && process->image->file)
        found = beside(w, process->image, name);
    return found ? found : in_process_directory(w, name);
}

struct ldr_image *ldr_image_find(struct rd_world *w, const char *name, const char *extension,
                                 bool search) {
    char full[LDR_PATH_MAX];
    size_t directory = (size_t)(ldr_base_name(name) - name);
    bool has_extension = strchr(name + directory, '.') != NULL;
    bool is_driver = strcmp(extension, ".sys") == 0; /* named as Windows would have installed it */
    struct ldr_image *image = NULL;
    size_t length = strlen(name), added = has_extension ? 0 : strlen(extension);
    if (!name[directory] || length + added >= sizeof full)
        return NULL;
    memcpy(full, name, length);
    memcpy(full + length, extension, added);
    full[length + added] = '\0';
    if (search)
        image = directory ? by_path(w, full) : search_here(w, full);
    if (!image)
        image = known(w, full + directory);
    if (!image && search && (!directory || is_driver))
        image = search_file(w, full + directory);
    if (!image && !has_extension && strcmp(extension, ".dll") != 0)
        image = known(w, name + directory); /* on the host a program may be called just "app" */
    return image;
}

/* ---- imports --------------------------------------------------------------------------------- */

void *ldr_image_export(const struct ldr_image *image, const char *name) {
    if (image->file)
        return port_image_symbol(image->file, name);
    for (const rd_export *entry = image->desc.exports; entry && entry->name; entry++)
        if (strcmp(entry->name, name) == 0)
            return (void *)(uintptr_t)entry->function;
    return NULL;
}

static void *resolve(struct rd_world *w, const struct ldr_image *image, const char *name) {
    void *address = NULL;
    if (strcmp(name, "__tls_get_addr") == 0)
        return (void *)(uintptr_t)ldr_tls_get_addr;
    for (const char **dll = image->needed; *dll && !address; dll++) {
        struct ldr_image *from = ldr_image_find(w, *dll, ".dll", true);
        if (from)
            address = ldr_image_export(from, name);
    }
    if (!address)
        address = w->ldr->export_find(name);
    if (!address)
        address = port_host_function(name);
    return address;
}

void ldr_image_bind(struct rd_world *w, struct ldr_image *image) {
    if (image->bound)
        return;
    image->bound = true;
    for (const char **dll = image->needed; *dll; dll++)
        if (!ldr_image_find(w, *dll, ".dll", true))
            image->missing_dll = *dll;
    for (size_t i = 0; i < port_image_import_count(image->file); i++) {
        struct port_import import;
        port_image_import(image->file, i, &import);
        void *address = resolve(w, image, import.name);
        if (address)
            port_image_bind(image->file, i, address);
        else if (!import.is_weak)
            image->unresolved = import.name;
    }
    if (port_image_tls_size(image->file))
        port_image_set_tls_module(image->file, (uintptr_t)image);
    port_image_freeze(image->file);
    ldr_cxx_attach(w);
}

static const struct ldr_image *image_at(const struct rd_world *w, uint64_t address) {
    uint64_t offset;
    const struct ldr_image *image = w->ldr->images;
    while (image && !(image->file && port_image_offset(image->file, address, &offset)))
        image = image->next;
    return image;
}

bool ldr_variable_name(const struct rd_world *w, uint64_t address, char *name, size_t size) {
    const struct ldr_image *image = image_at(w, address);
    return image ? port_image_variable(image->file, address, name, size)
                 : port_host_variable(address, name, size);
}

bool ldr_function_name(const struct rd_world *w, uint64_t address, char *name, size_t size) {
    const struct ldr_image *image = image_at(w, address);
    return image ? port_image_function(image->file, address, name, size)
                 : port_host_function_name(address, name, size);
}
