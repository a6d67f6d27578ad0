/* user_tree.c - handles of windows, who is whose child, and lists of them. */
#include <string.h>

#include "csr/user.h"

/* Handle = how many windows had gone when it was made, then its place: reuse gives a new value. */
enum { FIRST_PLACE = 0x20, LAST_PLACE = 0xFFF0, FIRST_CAPACITY = 32 };

struct csr_window *csr_window_find(const struct rd_world *w, uint32_t handle) {
    struct csr_user *user = w->user;
    if (!user || !handle)
        return NULL;
    if (handle == user->desktop.handle)
        return &user->desktop;
    if (handle == user->message_root.handle)
        return &user->message_root;
    uint32_t index = ((handle & 0xFFFF) - FIRST_PLACE) / 2;
    struct csr_window *window = index < user->window_count ? user->windows[index] : NULL;
    return window && window->handle == handle ? window : NULL;
}

static uint32_t free_index(struct rd_world *w, struct csr_user *user) {
    for (uint32_t i = 0; i < user->window_count; i++)
        if (!user->windows[i])
            return i;
    if (user->window_count == user->window_capacity) {
        uint32_t capacity = user->window_capacity ? user->window_capacity * 2 : FIRST_CAPACITY;
        struct csr_window **grown = core_alloc(w, capacity * sizeof(*grown));
        if (user->window_count)
            memcpy(grown, user->windows, user->window_count * sizeof(*grown));
        core_free(w, user->windows, user->window_capacity * sizeof(*grown));
        user->windows = grown;
        user->window_capacity = capacity;
    }
    return user->window_count++;
}

bool csr_window_insert(struct rd_world *w, struct csr_window *window) {
    struct csr_user *user = csr_user_get(w);
    uint32_t index = free_index(w, user);
    if (FIRST_PLACE + 2 * index > LAST_PLACE) {
        user->window_count--;
        return false;
    }
    user->windows[index] = window;
    window->handle = (user->windows_gone + 1) << 16 | (FIRST_PLACE + 2 * index);
    /* A new window is on top of the others, a new child below them. */
    if (window->style & WS_CHILD)
        base_list_push_back(&window->parent->children, &window->sibling);
    else
        base_list_push_front(&window->parent->children, &window->sibling);
    return true;
}

void csr_window_remove(struct rd_world *w, struct csr_window *window) {
    struct csr_user *user = csr_user_get(w);
    user->windows[((window->handle & 0xFFFF) - FIRST_PLACE) / 2] = NULL;
    user->windows_gone++;
    base_list_remove(&window->sibling);
    for (uint32_t i = 0; i < user->window_count; i++)
        if (user->windows[i] && user->windows[i]->owner == window)
            user->windows[i]->owner = NULL;
}

bool csr_is_top_level(const struct rd_world *w, const struct csr_window *window) {
    return window->parent == &w->user->desktop;
}

bool csr_is_child(const struct csr_window *parent, const struct csr_window *window) {
    while (window && (window->style & WS_CHILD)) {
        window = window->parent;
        if (window == parent)
            return true;
    }
    return false;
}

/* ---- lists ----------------------------------------------------------------------------------- */

static void add(struct rd_world *w, struct csr_window_list *list, uint32_t handle) {
    if (list->count == list->capacity) {
        uint32_t capacity = list->capacity ? list->capacity * 2 : FIRST_CAPACITY;
        uint32_t *grown = core_alloc(w, capacity * sizeof *grown);
        if (list->count)
            memcpy(grown, list->handles, list->count * sizeof *grown);
        core_free(w, list->handles, list->capacity * sizeof *grown);
        list->handles = grown;
        list->capacity = capacity;
    }
    list->handles[list->count++] = handle;
}

/* Programs see the windows of their own session. */
static bool is_seen_by(const struct ps_process *viewer, const struct csr_window *window) {
    return !viewer || viewer->system || csr_window_process(window)->session == viewer->session;
}

static bool passes(const struct csr_window_filter *filter, const struct csr_window *window) {
    return (!filter->process || filter->process == csr_window_process(window)) &&
           (!filter->tid || filter->tid == csr_window_tid(window));
}

/* The next window of the subtree of `root`, parents before their children. */
static const struct csr_window *next(const struct csr_window *root, const struct csr_window *window,
                                     bool descendants) {
    if (descendants && !base_list_empty(&window->children))
        return base_container(window->children.Flink, struct csr_window, sibling);
    while (window != root && window->sibling.Flink == &window->parent->children)
        window = window->parent;
    return window == root ? NULL
                          : base_container(window->sibling.Flink, struct csr_window, sibling);
}

void csr_window_list(struct rd_world *w, const struct csr_window_filter *filter,
                     struct csr_window_list *list) {
    const struct csr_window *root = filter->parent ? filter->parent : &csr_user_get(w)->desktop;
    *list = (struct csr_window_list){0};
    if (base_list_empty(&root->children))
        return;
    const struct csr_window *window =
        base_container(root->children.Flink, struct csr_window, sibling);
    for (; window; window = next(root, window, filter->descendants))
        if (passes(filter, window) && is_seen_by(ps_current_process(w), window))
            add(w, list, window->handle);
}

void csr_window_list_free(struct rd_world *w, struct csr_window_list *list) {
    core_free(w, list->handles, list->capacity * sizeof *list->handles);
    *list = (struct csr_window_list){0};
}
