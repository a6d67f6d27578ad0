/* user32.h - what the entry points of user32.dll share. */
#ifndef RD_API_USER32_H
#define RD_API_USER32_H

#include "api/win32.h"
#include "csr/user.h"

static inline uint32_t api_hwnd(HWND window) {
    return (uint32_t)(uintptr_t)window;
}

static inline HWND api_window_handle(uint32_t window) {
    return (HWND)(uintptr_t)window;
}

/* The caller, who has a queue from now on; then a scheduling point on what all windows share. */
bool api_user_enter(struct api_caller *me, enum ke_access_kind kind);
/* The same on the queue of a thread: of the window's, or the caller's own for NULL. */
bool api_user_enter_window(struct api_caller *me, HWND window, enum ke_access_kind kind);

/* The window after such a point, or NULL with the error set. */
struct csr_window *api_user_window(struct api_caller *me, HWND window);

/*
 * The name of a class as the caller wrote it: one of both texts, or an atom in the place of a
 * pointer. NULL: none.
 */
const char *api_class_name(struct api_caller *me, struct api_name name);
/* The UTF-16 form of a text, in memory of this run; NULL stays NULL. */
WCHAR *api_utf16(struct api_caller *me, const char *text);

#endif
