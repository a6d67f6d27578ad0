/* user_class.c - window classes: each process has its own, and those of the system. */
#include "csr/user.h"
#include "rundown/sdk/winerror.h"

/* Controls do nothing here that a program could see without a screen. */
static bool is_system_name(const char *name) {
    static const char *const names[] = {"Button", "ComboBox",  "Edit",    "ListBox", "ScrollBar",
                                        "Static", "MDIClient", "Message", "#32770"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (ldr_same_name(names[i], name))
            return true;
    return false;
}

/* Of that module, or with CS_GLOBALCLASS of any. */
static struct csr_class *find(struct rd_world *w, const char *name, const void *instance,
                              bool global) {
    struct csr_user_process *process = csr_user_process_get(w, ps_current_process(w));
    base_list_each(link, &process->classes) {
        struct csr_class *wc = base_container(link, struct csr_class, link);
        bool fits = global ? (wc->description.style & CS_GLOBALCLASS) != 0
                           : wc->description.hInstance == instance;
        if (fits && ldr_same_name(csr_atom_name(w, wc->atom), name))
            return wc;
    }
    return NULL;
}

/* NULL: no number is left for its name. */
static struct csr_class *add(struct rd_world *w, const char *name, const WNDCLASSEXW *description) {
    struct csr_user_process *process = csr_user_process_get(w, ps_current_process(w));
    uint16_t atom = csr_atom_add(w, name);
    if (!atom)
        return NULL;
    struct csr_class *wc = core_alloc(w, sizeof *wc);
    wc->atom = atom;
    wc->description = *description;
    if (description->cbClsExtra)
        wc->extra = core_alloc(w, (size_t)description->cbClsExtra);
    base_list_push_front(&process->classes, &wc->link);
    return wc;
}

/* Classes of the system come into being in a process that looks for them. */
static struct csr_class *find_system(struct rd_world *w, const char *name) {
    static const WNDCLASSEXW none = {.cbSize = sizeof none};
    struct csr_class *wc = find(w, name, NULL, false);
    if (wc || !is_system_name(name))
        return wc;
    wc = add(w, name, &none);
    if (wc)
        wc->unicode = true;
    return wc;
}

struct csr_class *csr_class_find(struct rd_world *w, const char *name, const void *instance) {
    struct csr_class *wc = instance ? find(w, name, instance, false) : NULL;
    if (!wc)
        wc = find(w, name, NULL, true);
    return wc ? wc : find_system(w, name);
}

NTSTATUS csr_class_register(struct rd_world *w, const char *name, const WNDCLASSEXW *description,
                            struct csr_class **wc) {
    bool global = (description->style & CS_GLOBALCLASS) != 0;
    if (find(w, name, description->hInstance, false) || (global && find(w, name, NULL, true)))
        return CSR_ERROR(ERROR_CLASS_ALREADY_EXISTS);
    *wc = add(w, name, description);
    return *wc ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

static void free_class(struct rd_world *w, struct csr_class *wc) {
    base_list_remove(&wc->link);
    csr_atom_release(w, wc->atom);
    core_free(w, wc->extra, (size_t)wc->description.cbClsExtra);
    core_free(w, wc, sizeof *wc);
}

NTSTATUS csr_class_unregister(struct rd_world *w, const char *name, const void *instance) {
    struct csr_class *wc = csr_class_find(w, name, instance);
    if (!wc || !wc->description.hInstance)
        return CSR_ERROR(ERROR_CLASS_DOES_NOT_EXIST);
    if (wc->windows)
        return CSR_ERROR(ERROR_CLASS_HAS_WINDOWS);
    free_class(w, wc);
    return STATUS_SUCCESS;
}

void csr_classes_free(struct rd_world *w, struct csr_user_process *process) {
    base_list_each(link, &process->classes)
        free_class(w, base_container(link, struct csr_class, link));
}
