/*
 * data.c - memory that is private although the image is shared: each process has its own copy of an
 * image's writable data, each thread its own copy of the image's thread-local data.
 */
#include <string.h>

#include "ldr/crt.h"
#include "ldr/ldr.h"
#include "port/image.h"

/* A process that maps an image sees its pristine data. The copy in memory belongs to data_owner. */
void ldr_data_map(struct rd_world *w, struct ldr_process *process, struct ldr_module *module) {
    struct ldr_image *image = module->image;
    if (!image->file)
        return;
    w->ke->hooks.switched = ldr_switched;
    size_t size = port_image_data_size(image->file);
    module->data = core_alloc(w, size ? size : 1);
    if (!image->data_owner) {
        port_image_data_reset(image->file);
        image->data_owner = process;
    } else {
        port_image_data_pristine(image->file, module->data);
        if (w->ldr->in_place == process)
            w->ldr->in_place = NULL; /* a running process maps one more image */
    }
    if (port_image_tls_size(image->file))
        module->tls_index = ++process->static_tls_count;
}

void ldr_data_unmap(struct rd_world *w, struct ldr_process *process, struct ldr_module *module) {
    struct ldr_image *image = module->image;
    if (!image->file)
        return;
    size_t size = port_image_data_size(image->file);
    if (image->data_owner == process)
        image->data_owner = NULL;
    core_free(w, module->data, size ? size : 1);
    module->data = NULL;
}

static struct ldr_module *module_of(struct ldr_process *process, const struct ldr_image *image) {
    base_list_each(link, &process->load_order) {
        struct ldr_module *module = base_container(link, struct ldr_module, load_link);
        if (module->image == image)
            return module;
    }
    return NULL;
}

static void swap_in(struct ldr_process *to, struct ldr_module *module) {
    struct ldr_image *image = module->image;
    if (!image->file || !module->data || image->data_owner == to)
        return; /* without data: its address space is gone, it only finishes in the kernel */
    if (image->data_owner) {
        struct ldr_module *theirs = module_of(image->data_owner, image);
        port_image_data_save(image->file, theirs->data);
    }
    port_image_data_load(image->file, module->data);
    image->data_owner = to;
}

void ldr_put_in_place(struct rd_world *w, struct ldr_process *to) {
    if (!to || w->ldr->in_place == to)
        return;
    base_list_each(link, &to->load_order)
        swap_in(to, base_container(link, struct ldr_module, load_link));
    w->ldr->in_place = to;
}

/* ---- C++ exceptions -------------------------------------------------------------------------- */

/* An exception that nobody catches: std::terminate calls abort, as the Windows run-time does. */
static void cxx_terminate(void) {
    struct rd_world *w = port_current_world();
    if (!w || !ps_current(w))
        return;
    struct port_cxx_exception exception;
    bool thrown = port_cxx_current(&exception);
    crt_tell_terminate(thrown ? exception.type : NULL, thrown ? exception.what : NULL);
    crt_abort();
}

void ldr_cxx_attach(struct rd_world *w) {
    struct port_cxx cxx;
    port_cxx_find(&cxx);
    w->ldr->cxx_globals = NULL;
    if (cxx.set_terminate)
        cxx.set_terminate(cxx_terminate);
    if (w->options.carrier != RD_CARRIER_PTHREAD)
        w->ldr->cxx_globals = cxx.exception_globals; /* else every thread has its own */
}

static void swap_cxx_globals(struct rd_world *w, struct ps_thread *to) {
    void *globals = w->ldr->cxx_globals();
    struct ps_thread *from = w->ldr->cxx_owner;
    if (from == to)
        return;
    if (from)
        memcpy(ldr_thread_get(w, from)->cxx_globals, globals, sizeof from->ldr->cxx_globals);
    memcpy(globals, ldr_thread_get(w, to)->cxx_globals, sizeof to->ldr->cxx_globals);
    w->ldr->cxx_owner = to;
}

void ldr_cxx_exchange(struct rd_world *w, uint64_t out[2], const uint64_t in[2]) {
    struct ps_thread *thread = ps_current(w);
    if (!w->ldr->cxx_globals)
        return;
    void *globals = w->ldr->cxx_globals();
    memcpy(out, globals, sizeof thread->ldr->cxx_globals);
    memcpy(globals, in, sizeof thread->ldr->cxx_globals);
}

void ldr_switched(struct rd_world *w, struct ke_thread *to) {
    struct ps_thread *thread = (struct ps_thread *)(void *)to;
    ldr_put_in_place(w, thread->process->ldr);
    if (w->ldr->cxx_globals)
        swap_cxx_globals(w, thread);
}

/* ---- thread-local data ----------------------------------------------------------------------- */

enum { TLS_BLOCKS_STEP = 8 };

static void grow_blocks(struct rd_world *w, struct ldr_thread *thread, uint32_t count) {
    uint32_t capacity = (count + TLS_BLOCKS_STEP) / TLS_BLOCKS_STEP * TLS_BLOCKS_STEP;
    void **blocks = core_alloc(w, capacity * sizeof *blocks);
    if (thread->static_tls_count)
        memcpy(blocks, thread->static_tls, thread->static_tls_count * sizeof *blocks);
    core_free(w, thread->static_tls, thread->static_tls_count * sizeof *blocks);
    thread->static_tls = blocks;
    thread->static_tls_count = capacity;
}

/* Blocks are made when a thread first touches them; they stay until the thread object goes. */
void *ldr_tls_get_addr(const struct port_tls_index *index) {
    struct rd_world *w = port_current_world();
    struct ldr_image *image = (struct ldr_image *)index->module;
    struct ps_thread *thread = ps_current(w);
    struct ldr_thread *mine = ldr_thread_get(w, thread);
    struct ldr_module *module = module_of(thread->process->ldr, image);
    uint32_t slot = module->tls_index;
    if (slot >= mine->static_tls_count)
        grow_blocks(w, mine, slot + 1);
    if (!mine->static_tls[slot]) {
        size_t align = port_image_tls_align(image->file);
        char *block = core_alloc(w, port_image_tls_size(image->file) + align);
        block += (0 - (uintptr_t)block) & (align - 1);
        port_image_tls_init(image->file, block);
        mine->static_tls[slot] = block;
    }
    return (char *)mine->static_tls[slot] + index->offset;
}
