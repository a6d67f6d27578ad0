/* user32_class.c - window classes, and the decoding that all of user32.dll shares. */
#include "api/user32.h"

bool api_user_enter(struct api_caller *me, enum ke_access_kind kind) {
    if (!api_caller_get(me))
        return false;
    csr_queue_get(me->w);
    ke_point(me->w, CSR_DESKTOP, kind);
    return true;
}

bool api_user_enter_window(struct api_caller *me, HWND window, enum ke_access_kind kind) {
    if (!api_caller_get(me))
        return false;
    const struct csr_queue *queue = csr_queue_get(me->w);
    const struct csr_window *target = csr_window_find(me->w, api_hwnd(window));
    if (target && target->queue)
        queue = target->queue;
    ke_point(me->w, csr_queue_object(queue), kind);
    return true;
}

struct csr_window *api_user_window(struct api_caller *me, HWND window) {
    struct csr_window *found = csr_window_find(me->w, api_hwnd(window));
    if (!found)
        api_set_error(me, ERROR_INVALID_WINDOW_HANDLE);
    return found;
}

WCHAR *api_utf16(struct api_caller *me, const char *text) {
    if (!text)
        return NULL;
    size_t length = base_utf8_to_16(text, strlen(text), NULL, 0);
    WCHAR *wide = core_alloc(me->w, (length + 1) * sizeof *wide);
    base_utf8_to_16(text, strlen(text), (uint16_t *)wide, length);
    return wide;
}

static bool is_atom(const void *name) {
    return (uintptr_t)name <= 0xFFFF;
}

const char *api_class_name(struct api_caller *me, struct api_name name) {
    const void *pointer = name.a ? (const void *)name.a : name.w;
    if (!pointer)
        return NULL;
    if (!is_atom(pointer))
        return name.a ? name.a : api_utf8(me, name.w);
    const char *known = csr_atom_name(me->w, (uint32_t)(uintptr_t)pointer);
    return known ? known : core_textf(me->w, "#%u", (unsigned)(uintptr_t)pointer);
}

/* ---- RegisterClass --------------------------------------------------------------------------- */

/* A class without an instance belongs to the program. */
static HINSTANCE instance_of(struct api_caller *me, HINSTANCE instance) {
    return instance ? instance : (HINSTANCE)ldr_module_handle(me->process->ldr->exe);
}

static ATOM register_class(struct api_name name, const WNDCLASSEXW *description, bool unicode) {
    struct api_caller me;
    struct csr_class *wc;
    if (!api_user_enter(&me, KE_WRITE))
        return 0;
    const char *text = api_class_name(&me, name);
    WNDCLASSEXW copy = *description;
    copy.hInstance = instance_of(&me, copy.hInstance);
    if (copy.cbSize != sizeof copy || copy.cbClsExtra < 0 || copy.cbWndExtra < 0 || !text)
        return (ATOM)api_fail(&me, ERROR_INVALID_PARAMETER);
    if (!api_result(&me, csr_class_register(me.w, text, &copy, &wc)))
        return 0;
    wc->unicode = unicode;
    return wc->atom;
}

ATOM RegisterClassExW(const WNDCLASSEXW *lpWndClassEx) {
    return register_class((struct api_name){.w = lpWndClassEx->lpszClassName}, lpWndClassEx, true);
}

ATOM RegisterClassExA(const WNDCLASSEXA *lpWndClassEx) {
    const WNDCLASSEXA *c = lpWndClassEx;
    const WNDCLASSEXW wide = {.cbSize = c->cbSize,
                              .style = c->style,
                              .lpfnWndProc = c->lpfnWndProc,
                              .cbClsExtra = c->cbClsExtra,
                              .cbWndExtra = c->cbWndExtra,
                              .hInstance = c->hInstance,
                              .hIcon = c->hIcon,
                              .hCursor = c->hCursor,
                              .hbrBackground = c->hbrBackground,
                              .hIconSm = c->hIconSm};
    return register_class((struct api_name){.a = c->lpszClassName}, &wide, false);
}

ATOM RegisterClassW(const WNDCLASSW *lpWndClass) {
    const WNDCLASSW *c = lpWndClass;
    return RegisterClassExW(&(WNDCLASSEXW){.cbSize = sizeof(WNDCLASSEXW),
                                           .style = c->style,
                                           .lpfnWndProc = c->lpfnWndProc,
                                           .cbClsExtra = c->cbClsExtra,
                                           .cbWndExtra = c->cbWndExtra,
                                           .hInstance = c->hInstance,
                                           .hIcon = c->hIcon,
                                           .hCursor = c->hCursor,
                                           .hbrBackground = c->hbrBackground,
                                           .lpszClassName = c->lpszClassName});
}

ATOM RegisterClassA(const WNDCLASSA *lpWndClass) {
    const WNDCLASSA *c = lpWndClass;
    return RegisterClassExA(&(WNDCLASSEXA){.cbSize = sizeof(WNDCLASSEXA),
                                           .style = c->style,
                                           .lpfnWndProc = c->lpfnWndProc,
                                           .cbClsExtra = c->cbClsExtra,
                                           .cbWndExtra = c->cbWndExtra,
                                           .hInstance = c->hInstance,
                                           .hIcon = c->hIcon,
                                           .hCursor = c->hCursor,
                                           .hbrBackground = c->hbrBackground,
                                           .lpszClassName = c->lpszClassName});
}

static BOOL unregister_class(struct api_name name, HINSTANCE instance) {
    struct api_caller me;
    if (!api_user_enter(&me, KE_WRITE))
        return FALSE;
    const char *text = api_class_name(&me, name);
    if (!text)
        return api_fail(&me, ERROR_CLASS_DOES_NOT_EXIST);
    return api_result(&me, csr_class_unregister(me.w, text, instance_of(&me, instance)));
}

BOOL UnregisterClassA(LPCSTR lpClassName, HINSTANCE hInstance) {
    return unregister_class((struct api_name){.a = lpClassName}, hInstance);
}

BOOL UnregisterClassW(LPCWSTR lpClassName, HINSTANCE hInstance) {
    return unregister_class((struct api_name){.w = lpClassName}, hInstance);
}

/* ---- the class of a window ------------------------------------------------------------------- */

/* As much as fits, with an end. */
static int copy_name(HWND window, char *a, WCHAR *w, int size) {
    struct api_caller me;
    if (!api_user_enter_window(&me, window, KE_READ))
        return 0;
    const struct csr_window *found = api_user_window(&me, window);
    if (!found || size < 1 || !found->wc)
        return 0;
    const char *name = csr_atom_name(me.w, found->wc->atom);
    size_t room = (size_t)size - 1, length = strlen(name);
    if (w)
        length = base_utf8_to_16(name, length, (uint16_t *)w, room);
    length = length < room ? length : room;
    if (w)
        w[length] = 0;
    if (a) {
        memcpy(a, name, length);
        a[length] = '\0';
    }
    return (int)length;
}

int GetClassNameA(HWND hWnd, LPSTR lpClassName, int nMaxCount) {
    return copy_name(hWnd, lpClassName, NULL, nMaxCount);
}

int GetClassNameW(HWND hWnd, LPWSTR lpClassName, int nMaxCount) {
    return copy_name(hWnd, NULL, lpClassName, nMaxCount);
}

/* ---- icons and cursors: nobody sees them, a handle is all that they are ---------------------- */

HICON LoadIconA(HINSTANCE hInstance, LPCSTR lpIconName) {
    struct api_caller me;
    (void)hInstance;
    if (!is_atom(lpIconName) && api_caller_get(&me))
        api_set_error(&me, ERROR_RESOURCE_NAME_NOT_FOUND);
    return is_atom(lpIconName) ? (HICON)(uintptr_t)lpIconName : NULL;
}

HICON LoadIconW(HINSTANCE hInstance, LPCWSTR lpIconName) {
    return LoadIconA(hInstance, (LPCSTR)(const void *)lpIconName);
}

HCURSOR LoadCursorA(HINSTANCE hInstance, LPCSTR lpCursorName) {
    return LoadIconA(hInstance, lpCursorName);
}

HCURSOR LoadCursorW(HINSTANCE hInstance, LPCWSTR lpCursorName) {
    return LoadIconA(hInstance, (LPCSTR)(const void *)lpCursorName);
}
