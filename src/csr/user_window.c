/* user_window.c - the life of a window: the messages and hooks of its creation and its end. */
#include <string.h>

#include "base/utf16.h"
#include "csr/session.h"
#include "rundown/sdk/winbase.h"
#include "rundown/sdk/winerror.h"

static LRESULT send(struct rd_world *w, const struct csr_window *window, uint32_t id,
                    uint64_t wparam, const void *lparam) {
    LRESULT result = 0;
    struct csr_send send = {.message = {.window = window->handle,
                                        .id = id,
                                        .wparam = wparam,
                                        .lparam = (int64_t)(intptr_t)lparam,
                                        .unicode = window->unicode},
                            .milliseconds = INFINITE};
    csr_send_message(w, &send, &result);
    return result;
}

static const void *packed(int low, int high) {
    return (const void *)(uintptr_t)(uint32_t)MAKELONG(low, high);
}

/* Tells the parent of a child that it comes or goes. */
static void notify_parent(struct rd_world *w, const struct csr_window *window, uint32_t id) {
    if ((window->style & WS_CHILD) && !(window->ex_style & WS_EX_NOPARENTNOTIFY) &&
        window->parent->queue)
        send(w, window->parent, WM_PARENTNOTIFY, (uint32_t)MAKELONG(id, window->id),
             (const void *)(uintptr_t)window->handle);
}

void csr_window_set_text(struct rd_world *w, struct csr_window *window, const uint16_t *text) {
    size_t size = text ? (base_utf16_length(text) + 1) * sizeof *text : 0;
    uint16_t *copy = size ? core_alloc(w, size) : NULL;
    if (copy)
        memcpy(copy, text, size);
    core_free(w, window->text, window->text_size);
    window->text = copy;
    window->text_size = size;
}

/* ---- freeing --------------------------------------------------------------------------------- */

static void forget_messages(struct rd_world *w, struct csr_queue *queue, uint32_t handle) {
    base_list_each(p, &queue->posted) {
        struct csr_posted *posted = base_container(p, struct csr_posted, link);
        if (posted->message.window != handle)
            continue;
        base_list_remove(&posted->link);
        queue->posted_count--;
        core_free(w, posted, sizeof *posted);
    }
    base_list_each(t, &queue->timers) {
        struct csr_timer *timer = base_container(t, struct csr_timer, link);
        if (timer->window == handle)
            csr_timer_free(w, timer);
    }
}

static void free_one(struct rd_world *w, struct csr_window *window) {
    if (!window->destroying)
        core_event(w, RD_EVENT_WINDOW_FREED, RULE_MSG_19, .a = window->handle,
                   .b = csr_window_tid(window));
    csr_window_remove(w, window);
    forget_messages(w, window->queue, window->handle);
    window->wc->windows--;
    csr_block_reason_set(w, window, NULL);
    core_free(w, window->text, window->text_size);
    core_free(w, window->extra, window->extra_size);
    core_free(w, window, sizeof *window);
}

static struct csr_window *first_leaf(struct csr_window *window) {
    while (!base_list_empty(&window->children))
        window = base_container(window->children.Flink, struct csr_window, sibling);
    return window;
}

void csr_window_free(struct rd_world *w, struct csr_window *window) {
    while (!base_list_empty(&window->children))
        free_one(w, first_leaf(window));
    free_one(w, window);
}

/* ---- creation -------------------------------------------------------------------------------- */

/* Whose child it becomes, and who owns it. */
static NTSTATUS place(struct rd_world *w, const CREATESTRUCTW *cs, struct csr_window *window) {
    struct csr_user *user = csr_user_get(w);
    bool child = (cs->style & (WS_CHILD | WS_POPUP)) == WS_CHILD;
    struct csr_window *given = cs->hwndParent == HWND_MESSAGE
                                   ? &user->message_root
                                   : csr_window_find(w, (uint32_t)(uintptr_t)cs->hwndParent);
    if (cs->hwndParent && !given)
        return CSR_ERROR(ERROR_INVALID_WINDOW_HANDLE);
    if (child && !given)
        return CSR_ERROR(ERROR_TLW_WITH_WSCHILD);
    bool below = child || given == &user->message_root;
    window->parent = below ? given : &user->desktop;
    while (given && (given->style & WS_CHILD))
        given = given->parent;
    if (!below && given != &user->desktop)
        window->owner = given;
    return STATUS_SUCCESS;
}

static struct csr_window *make(struct rd_world *w, const struct csr_create_window *create,
                               NTSTATUS *status) {
    const CREATESTRUCTW *cs = create->w;
    struct csr_class *wc = create->wc;
    struct csr_window *window = core_alloc(w, sizeof *window);
    *status = place(w, cs, window);
    window->wc = wc;
    window->queue = csr_queue_get(w);
    window->procedure = wc->description.lpfnWndProc;
    window->unicode = wc->unicode;
    window->style = (uint32_t)cs->style & ~(uint32_t)WS_VISIBLE;
    if (!(cs->style & (WS_CHILD | WS_POPUP)))
        window->style |= WS_CAPTION | WS_CLIPSIBLINGS;
    window->ex_style = cs->dwExStyle;
    window->instance = cs->hInstance;
    window->id = (LONG_PTR)cs->hMenu;
    window->x = cs->x;
    window->y = cs->y;
    window->width = cs->cx;
    window->height = cs->cy;
    window->extra_size = (size_t)wc->description.cbWndExtra;
    base_list_init(&window->children);
    if (NT_SUCCESS(*status) && !csr_window_insert(w, window))
        *status = STATUS_NO_MEMORY;
    if (!NT_SUCCESS(*status)) {
        core_free(w, window, sizeof *window);
        return NULL;
    }
    if (window->extra_size)
        window->extra = core_alloc(w, window->extra_size);
    wc->windows++;
    return window;
}

static bool hook_refuses(struct rd_world *w, const struct csr_create_window *create,
                         uint32_t handle) {
    CBT_CREATEWNDA a = {.lpcs = (CREATESTRUCTA *)(uintptr_t)create->a};
    CBT_CREATEWNDW wide = {.lpcs = (CREATESTRUCTW *)(uintptr_t)create->w};
    return csr_hook_call(w, &(struct csr_hook_call){.kind = WH_CBT,
                                                    .code = HCBT_CREATEWND,
                                                    .wparam = handle,
                                                    .a = &a,
                                                    .w = &wide}) != 0;
}

static bool is_framed(const struct csr_window *window) {
    return (window->style & WS_THICKFRAME) || !(window->style & (WS_POPUP | WS_CHILD));
}

static void send_size(struct rd_world *w, uint32_t handle) {
    struct csr_window *window = csr_window_find(w, handle);
    if (!window || window->sized)
        return;
    window->sized = true;
    send(w, window, WM_SIZE, 0, packed(window->width, window->height));
    window = csr_window_find(w, handle);
    if (window)
        send(w, window, WM_MOVE, 0, packed(window->x, window->y));
}

/* The messages up to WM_CREATE; false: the window is not to be. */
static bool announce(struct rd_world *w, const struct csr_create_window *create, uint32_t handle) {
    struct csr_window *window = csr_window_find(w, handle);
    RECT rectangle = {window->x, window->y, window->x + window->width, window->y + window->height};
    MINMAXINFO limits = {.ptReserved = {0, 0}};
    const void *cs = window->unicode ? (const void *)create->w : create->a;
    if (is_framed(window))
        send(w, window, WM_GETMINMAXINFO, 0, &limits);
    if (!(window = csr_window_find(w, handle)))
        return false;
    if (!send(w, window, WM_NCCREATE, 0, cs)) {
        if ((window = csr_window_find(w, handle)) != NULL) {
            window->destroying = true;
            send(w, window, WM_NCDESTROY, 0, NULL);
        }
        if ((window = csr_window_find(w, handle)) != NULL)
            csr_window_free(w, window);
        return false;
    }
    if (!(window = csr_window_find(w, handle)))
        return false;
    send(w, window, WM_NCCALCSIZE, 0, &rectangle);
    if (!(window = csr_window_find(w, handle)))
        return false;
    if (send(w, window, WM_CREATE, 0, cs) != -1)
        return csr_window_find(w, handle) != NULL;
    csr_window_destroy(w, handle);
    return false;
}

NTSTATUS csr_window_create(struct rd_world *w, const struct csr_create_window *create,
                           uint32_t *handle) {
    NTSTATUS status;
    *handle = 0;
    struct csr_window *window = make(w, create, &status);
    if (!window)
        return status;
    uint32_t made = window->handle;
    core_event(w, RD_EVENT_WINDOW_CREATE, RULE_NONE, .a = made,
               .b = window->parent == &w->user->message_root,
               .text = core_text(w, csr_atom_name(w, window->wc->atom)));
    if (hook_refuses(w, create, made)) {
        if ((window = csr_window_find(w, made)) != NULL) {
            window->destroying = true;
            csr_window_free(w, window);
        }
        return STATUS_SUCCESS;
    }
    if (!csr_window_find(w, made) || !announce(w, create, made))
        return STATUS_SUCCESS;
    window = csr_window_find(w, made);
    if (window->style & (WS_CHILD | WS_POPUP))
        send_size(w, made);
    if ((window = csr_window_find(w, made)) != NULL)
        notify_parent(w, window, WM_CREATE);
    if (create->w->style & WS_VISIBLE)
        csr_window_show(w, made, true);
    *handle = csr_window_find(w, made) ? made : 0;
    return STATUS_SUCCESS;
}

/* ---- showing and hiding ---------------------------------------------------------------------- */

static void change_position(struct rd_world *w, uint32_t handle, bool visible) {
    struct csr_window *window = csr_window_find(w, handle);
    WINDOWPOS position = {.hwnd = (HWND)(uintptr_t)handle,
                          .flags = SWP_NOSIZE | SWP_NOMOVE |
                                   (visible ? SWP_SHOWWINDOW : SWP_HIDEWINDOW)};
    if (window)
        send(w, window, WM_WINDOWPOSCHANGING, 0, &position);
    if (!(window = csr_window_find(w, handle)))
        return;
    window->style = visible ? window->style | WS_VISIBLE : window->style & ~(uint32_t)WS_VISIBLE;
    send(w, window, WM_WINDOWPOSCHANGED, 0, &position);
}

bool csr_window_show(struct rd_world *w, uint32_t handle, bool show) {
    const struct csr_window *window = csr_window_find(w, handle);
    bool visible = window && (window->style & WS_VISIBLE);
    if (!window || visible == show)
        return visible;
    send(w, window, WM_SHOWWINDOW, show, NULL);
    change_position(w, handle, show);
    if (show)
        send_size(w, handle);
    return visible;
}

/* ---- the end --------------------------------------------------------------------------------- */

static bool is_mine(const struct rd_world *w, const struct csr_window *window) {
    return window && window->queue && window->queue->thread == ps_current(w);
}

/* WM_DESTROY reaches a window before its children. */
static void send_destroy(struct rd_world *w, uint32_t handle) {
    struct csr_window_list family;
    struct csr_window *window = csr_window_find(w, handle);
    window->destroying = true;
    send(w, window, WM_DESTROY, 0, NULL);
    if (!(window = csr_window_find(w, handle)))
        return;
    csr_window_list(w, &(struct csr_window_filter){.parent = window, .descendants = true}, &family);
    for (uint32_t i = 0; i < family.count; i++) {
        if (!(window = csr_window_find(w, family.handles[i])))
            continue;
        window->destroying = true;
        send(w, window, WM_DESTROY, 0, NULL);
    }
    csr_window_list_free(w, &family);
}

/* WM_NCDESTROY reaches the children first; each goes when it has been told. */
static void send_nc_destroy(struct rd_world *w, uint32_t handle) {
    struct csr_window *window;
    while ((window = csr_window_find(w, handle)) != NULL) {
        uint32_t leaf = first_leaf(window)->handle;
        window = csr_window_find(w, leaf);
        if (is_mine(w, window))
            send(w, window, WM_NCDESTROY, 0, NULL);
        if ((window = csr_window_find(w, leaf)) != NULL)
            csr_window_free(w, window);
    }
}

/* Windows that it owns go first. */
static void destroy_owned(struct rd_world *w, const struct csr_window *owner) {
    struct csr_window_list all;
    csr_window_list(w, &(struct csr_window_filter){.tid = csr_window_tid(owner)}, &all);
    for (uint32_t i = 0; i < all.count; i++) {
        const struct csr_window *window = csr_window_find(w, all.handles[i]);
        if (window && window->owner == owner)
            csr_window_destroy(w, all.handles[i]);
    }
    csr_window_list_free(w, &all);
}

NTSTATUS csr_window_destroy(struct rd_world *w, uint32_t handle) {
    struct csr_window *window = csr_window_find(w, handle);
    if (!window)
        return CSR_ERROR(ERROR_INVALID_WINDOW_HANDLE);
    if (!is_mine(w, window))
        return STATUS_ACCESS_DENIED;
    if (window->destroying)
        return STATUS_SUCCESS;
    core_event(w, RD_EVENT_WINDOW_DESTROY, RULE_MSG_18, .a = handle);
    if (csr_hook_call(
            w, &(struct csr_hook_call){.kind = WH_CBT, .code = HCBT_DESTROYWND, .wparam = handle}))
        return STATUS_CANCELLED;
    if (!(window = csr_window_find(w, handle)))
        return STATUS_SUCCESS;
    notify_parent(w, window, WM_DESTROY);
    if ((window = csr_window_find(w, handle)) != NULL && (window->style & WS_VISIBLE))
        change_position(w, handle, false);
    if ((window = csr_window_find(w, handle)) != NULL)
        destroy_owned(w, window);
    if (csr_window_find(w, handle))
        send_destroy(w, handle);
    send_nc_destroy(w, handle);
    return STATUS_SUCCESS;
}
