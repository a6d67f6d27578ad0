/* user32_window.c - windows: creation and end, searching, texts and numbers that they carry. */
#include "api/user32.h"

/* ---- creation and end ------------------------------------------------------------------------ */

static HWND create(const CREATESTRUCTA *a, const CREATESTRUCTW *w, const char *name,
                   struct api_caller *me) {
    uint32_t window;
    struct csr_create_window create = {.a = a, .w = w};
    create.wc = name ? csr_class_find(me->w, name, w->hInstance) : NULL;
    if (!create.wc) {
        api_set_error(me, ERROR_CANNOT_FIND_WND_CLASS);
        return NULL;
    }
    if (!api_result(me, csr_window_create(me->w, &create, &window)))
        return NULL;
    return api_window_handle(window);
}

/* Where a window lands for which the system shall choose. */
static void choose_place(CREATESTRUCTW *w) {
    enum { DEFAULT_WIDTH = 640, DEFAULT_HEIGHT = 480 };
    if (w->x == CW_USEDEFAULT)
        w->x = w->y = 0;
    if (w->cx == CW_USEDEFAULT) {
        w->cx = DEFAULT_WIDTH;
        w->cy = DEFAULT_HEIGHT;
    }
}

static CREATESTRUCTA ansi_form(const CREATESTRUCTW *w) {
    return (CREATESTRUCTA){.lpCreateParams = w->lpCreateParams,
                           .hInstance = w->hInstance,
                           .hMenu = w->hMenu,
                           .hwndParent = w->hwndParent,
                           .cy = w->cy,
                           .cx = w->cx,
                           .y = w->y,
                           .x = w->x,
                           .style = w->style,
                           .dwExStyle = w->dwExStyle};
}

/* Texts in both forms, the one that the caller gave and the other. */
static HWND create_window(CREATESTRUCTW *cs, struct api_name class_name,
                          struct api_name window_name) {
    struct api_caller me;
    if (!api_user_enter(&me, KE_WRITE))
        return NULL;
    choose_place(cs);
    if (!cs->hInstance)
        cs->hInstance = (HINSTANCE)ldr_module_handle(me.process->ldr->exe);
    CREATESTRUCTA a = ansi_form(cs);
    const char *name = api_class_name(&me, class_name);
    a.lpszClass = name;
    a.lpszName = window_name.w ? api_utf8(&me, window_name.w) : window_name.a;
    cs->lpszClass = api_utf16(&me, name);
    cs->lpszName = window_name.a ? api_utf16(&me, window_name.a) : window_name.w;
    return create(&a, cs, name, &me);
}

HWND CreateWindowExA(DWORD dwExStyle, LPCSTR lpClassName, LPCSTR lpWindowName, DWORD dwStyle, int X,
                     int Y, int nWidth, int nHeight, HWND hWndParent, HMENU hMenu,
                     HINSTANCE hInstance, LPVOID lpParam) {
    CREATESTRUCTW cs = {.lpCreateParams = lpParam,
                        .hInstance = hInstance,
                        .hMenu = hMenu,
                        .hwndParent = hWndParent,
                        .cy = nHeight,
                        .cx = nWidth,
                        .y = Y,
                        .x = X,
                        .style = (LONG)dwStyle,
                        .dwExStyle = dwExStyle};
    return create_window(&cs, (struct api_name){.a = lpClassName},
                         (struct api_name){.a = lpWindowName});
}

HWND CreateWindowExW(DWORD dwExStyle, LPCWSTR lpClassName, LPCWSTR lpWindowName, DWORD dwStyle,
                     int X, int Y, int nWidth, int nHeight, HWND hWndParent, HMENU hMenu,
                     HINSTANCE hInstance, LPVOID lpParam) {
    CREATESTRUCTW cs = {.lpCreateParams = lpParam,
                        .hInstance = hInstance,
                        .hMenu = hMenu,
                        .hwndParent = hWndParent,
                        .cy = nHeight,
                        .cx = nWidth,
                        .y = Y,
                        .x = X,
                        .style = (LONG)dwStyle,
                        .dwExStyle = dwExStyle};
    return create_window(&cs, (struct api_name){.w = lpClassName},
                         (struct api_name){.w = lpWindowName});
}

BOOL DestroyWindow(HWND hWnd) {
    struct api_caller me;
    if (!api_user_enter(&me, KE_WRITE))
        return FALSE;
    NTSTATUS status = csr_window_destroy(me.w, api_hwnd(hWnd));
    if (status == STATUS_CANCELLED)
        return FALSE; /* a hook has refused */
    return api_result(&me, status);
}

/* ---- states ---------------------------------------------------------------------------------- */

BOOL IsWindow(HWND hWnd) {
    struct api_caller me;
    return api_user_enter(&me, KE_READ) && api_user_window(&me, hWnd);
}

/* A window is visible if it and all its parents are. */
BOOL IsWindowVisible(HWND hWnd) {
    struct api_caller me;
    if (!api_user_enter(&me, KE_READ))
        return FALSE;
    const struct csr_window *window = api_user_window(&me, hWnd);
    if (!window)
        return FALSE;
    while (window && (window->style & WS_VISIBLE))
        window = window->parent;
    return window == NULL;
}

BOOL ShowWindow(HWND hWnd, int nCmdShow) {
    struct api_caller me;
    if (!api_user_enter_window(&me, hWnd, KE_WRITE) || !api_user_window(&me, hWnd))
        return FALSE;
    return csr_window_show(me.w, api_hwnd(hWnd), nCmdShow != SW_HIDE);
}

/* Nothing is ever painted. */
BOOL UpdateWindow(HWND hWnd) {
    return IsWindow(hWnd);
}

BOOL IsHungAppWindow(HWND hwnd) {
    struct api_caller me;
    if (!api_user_enter_window(&me, hwnd, KE_READ))
        return FALSE;
    const struct csr_window *window = csr_window_find(me.w, api_hwnd(hwnd));
    return window && window->queue && csr_queue_hung(me.w, window->queue);
}

DWORD GetWindowThreadProcessId(HWND hWnd, LPDWORD lpdwProcessId) {
    struct api_caller me;
    if (!api_user_enter(&me, KE_READ))
        return 0;
    const struct csr_window *window = api_user_window(&me, hWnd);
    if (!window || !window->queue)
        return 0;
    if (lpdwProcessId)
        *lpdwProcessId = csr_window_process(window)->pid;
    return csr_window_tid(window);
}

HWND GetParent(HWND hWnd) {
    struct api_caller me;
    if (!api_user_enter(&me, KE_READ))
        return NULL;
    const struct csr_window *window = api_user_window(&me, hWnd);
    const struct csr_window *parent = NULL;
    if (window && (window->style & WS_CHILD))
        parent = window->parent;
    else if (window && (window->style & WS_POPUP))
        parent = window->owner;
    return parent ? api_window_handle(parent->handle) : NULL;
}

HWND GetDesktopWindow(VOID) {
    struct api_caller me;
    return api_user_enter(&me, KE_READ) ? api_window_handle(csr_user_get(me.w)->desktop.handle)
                                        : NULL;
}

BOOL IsChild(HWND hWndParent, HWND hWnd) {
    struct api_caller me;
    if (!api_user_enter(&me, KE_READ))
        return FALSE;
    const struct csr_window *parent = csr_window_find(me.w, api_hwnd(hWndParent));
    const struct csr_window *window = csr_window_find(me.w, api_hwnd(hWnd));
    if (!parent || !window)
        return api_fail(&me, ERROR_INVALID_WINDOW_HANDLE);
    return csr_is_child(parent, window);
}

/* ---- searching ------------------------------------------------------------------------------- */

/* Calls the program for each window of the list until it has had enough. */
static BOOL enumerate(struct api_caller *me, const struct csr_window_filter *filter,
                      WNDENUMPROC callback, LPARAM parameter) {
    struct csr_window_list list;
    BOOL goes_on = TRUE;
    if (!callback)
        return api_fail(me, ERROR_INVALID_PARAMETER);
    csr_window_list(me->w, filter, &list);
    for (uint32_t i = 0; goes_on && i < list.count; i++)
        if (csr_window_find(me->w, list.handles[i]))
            goes_on = callback(api_window_handle(list.handles[i]), parameter);
    csr_window_list_free(me->w, &list);
    return goes_on;
}

BOOL EnumWindows(WNDENUMPROC lpEnumFunc, LPARAM lParam) {
    struct api_caller me;
    return api_user_enter(&me, KE_READ) &&
           enumerate(&me, &(struct csr_window_filter){.tid = 0}, lpEnumFunc, lParam);
}

BOOL EnumThreadWindows(DWORD dwThreadId, WNDENUMPROC lpfn, LPARAM lParam) {
    struct api_caller me;
    if (!api_user_enter(&me, KE_READ))
        return FALSE;
    if (!ps_thread_by_id(me.w, dwThreadId))
        return api_fail(&me, ERROR_INVALID_THREAD_ID);
    return enumerate(&me, &(struct csr_window_filter){.tid = dwThreadId}, lpfn, lParam);
}

BOOL EnumChildWindows(HWND hWndParent, WNDENUMPROC lpEnumFunc, LPARAM lParam) {
    struct api_caller me;
    if (!api_user_enter(&me, KE_READ))
        return FALSE;
    const struct csr_window *parent =
        hWndParent ? api_user_window(&me, hWndParent) : &csr_user_get(me.w)->desktop;
    if (!parent)
        return FALSE;
    return enumerate(&me, &(struct csr_window_filter){.parent = parent, .descendants = true},
                     lpEnumFunc, lParam);
}

struct search {
    const char *class_name, *text; /* NULL: any */
    uint32_t after;                /* 0: from the beginning */
};

static bool text_is(struct api_caller *me, const struct csr_window *window, const char *text) {
    size_t size = csr_window_text_length(window, false) + 1;
    char *copy = core_alloc(me->w, size);
    csr_window_get_text(window, false, copy, size);
    bool same = ldr_same_name(copy, text);
    core_free(me->w, copy, size);
    return same;
}

static uint32_t search_in(struct api_caller *me, const struct csr_window *parent,
                          const struct search *search) {
    struct csr_window_list list;
    uint32_t found = 0;
    bool behind = !search->after;
    csr_window_list(me->w, &(struct csr_window_filter){.parent = parent}, &list);
    for (uint32_t i = 0; !found && i < list.count; i++) {
        const struct csr_window *window = csr_window_find(me->w, list.handles[i]);
        const char *name = csr_atom_name(me->w, window->wc->atom);
        if (behind && (!search->class_name || ldr_same_name(name, search->class_name)) &&
            (!search->text || text_is(me, window, search->text)))
            found = window->handle;
        behind |= window->handle == search->after;
    }
    csr_window_list_free(me->w, &list);
    return found;
}

static HWND find_window(HWND parent, HWND after, struct api_name class_name, struct api_name text) {
    struct api_caller me;
    if (!api_user_enter(&me, KE_READ))
        return NULL;
    struct csr_user *user = csr_user_get(me.w);
    struct search search = {.class_name = api_class_name(&me, class_name),
                            .text = text.w ? api_utf8(&me, text.w) : text.a,
                            .after = api_hwnd(after)};
    const struct csr_window *root = &user->desktop;
    if (parent == HWND_MESSAGE)
        root = &user->message_root;
    else if (parent && !(root = api_user_window(&me, parent)))
        return NULL;
    if (after && !api_user_window(&me, after))
        return NULL;
    uint32_t found = search_in(&me, root, &search);
    if (!found && !parent && !after) /* message-only windows are found, too */
        found = search_in(&me, &user->message_root, &search);
    return api_window_handle(found);
}

HWND FindWindowA(LPCSTR lpClassName, LPCSTR lpWindowName) {
    return FindWindowExA(NULL, NULL, lpClassName, lpWindowName);
}

HWND FindWindowW(LPCWSTR lpClassName, LPCWSTR lpWindowName) {
    return FindWindowExW(NULL, NULL, lpClassName, lpWindowName);
}

HWND FindWindowExA(HWND hWndParent, HWND hWndChildAfter, LPCSTR lpszClass, LPCSTR lpszWindow) {
    return find_window(hWndParent, hWndChildAfter, (struct api_name){.a = lpszClass},
                       (struct api_name){.a = lpszWindow});
}

HWND FindWindowExW(HWND hWndParent, HWND hWndChildAfter, LPCWSTR lpszClass, LPCWSTR lpszWindow) {
    return find_window(hWndParent, hWndChildAfter, (struct api_name){.w = lpszClass},
                       (struct api_name){.w = lpszWindow});
}
