/* user_atom.c - registered messages and names of classes: one table of names for the session. */
#include <string.h>

#include "csr/user.h"

enum { LAST_ATOM = 0xFFFF, FIRST_CAPACITY = 16 };

static struct csr_atom *atom_at(struct csr_user *user, uint32_t atom) {
    uint32_t index = atom - CSR_FIRST_ATOM - 1;
    return atom > CSR_FIRST_ATOM && index < user->atom_count ? &user->atoms[index] : NULL;
}

static bool is_legal(const char *name) {
    size_t length = name ? strlen(name) : 0;
    return length > 0 && length < CSR_NAME_MAX;
}

uint16_t csr_atom_find(struct rd_world *w, const char *name) {
    struct csr_user *user = csr_user_get(w);
    for (uint32_t i = 0; i < user->atom_count; i++)
        if (user->atoms[i].name && ldr_same_name(user->atoms[i].name, name))
            return (uint16_t)(CSR_FIRST_ATOM + 1 + i);
    return 0;
}

static uint32_t free_index(struct rd_world *w, struct csr_user *user) {
    for (uint32_t i = 0; i < user->atom_count; i++)
        if (!user->atoms[i].name)
            return i;
    if (user->atom_count == user->atom_capacity) {
        uint32_t capacity = user->atom_capacity ? user->atom_capacity * 2 : FIRST_CAPACITY;
        struct csr_atom *grown = core_alloc(w, capacity * sizeof *grown);
        if (user->atom_count)
            memcpy(grown, user->atoms, user->atom_count * sizeof *grown);
        core_free(w, user->atoms, user->atom_capacity * sizeof *grown);
        user->atoms = grown;
        user->atom_capacity = capacity;
    }
    return user->atom_count++;
}

/* 0: no legal name, or the table is full. */
static uint16_t get(struct rd_world *w, const char *name) {
    struct csr_user *user = csr_user_get(w);
    if (!is_legal(name))
        return 0;
    uint16_t found = csr_atom_find(w, name);
    if (found)
        return found;
    uint32_t index = free_index(w, user);
    if (index > LAST_ATOM - CSR_FIRST_ATOM - 1) {
        user->atom_count--;
        return 0;
    }
    user->atoms[index] = (struct csr_atom){.name = core_text(w, name)};
    return (uint16_t)(CSR_FIRST_ATOM + 1 + index);
}

uint32_t csr_register_message(struct rd_world *w, const char *name) {
    uint16_t atom = get(w, name);
    if (!atom)
        return 0;
    atom_at(csr_user_get(w), atom)->registered = true;
    core_event(w, RD_EVENT_MESSAGE_REGISTER, RULE_MSG_03, .a = atom, .text = core_text(w, name));
    return atom;
}

uint16_t csr_atom_add(struct rd_world *w, const char *name) {
    uint16_t atom = get(w, name);
    if (atom)
        atom_at(csr_user_get(w), atom)->classes++;
    return atom;
}

void csr_atom_release(struct rd_world *w, uint16_t atom) {
    struct csr_atom *entry = atom_at(csr_user_get(w), atom);
    if (entry && entry->classes && --entry->classes == 0 && !entry->registered)
        entry->name = NULL;
}

const char *csr_atom_name(struct rd_world *w, uint32_t atom) {
    const struct csr_atom *entry = atom_at(csr_user_get(w), atom);
    return entry && entry->name ? entry->name : NULL;
}

/* ---- names of messages ----------------------------------------------------------------------- */

const char *csr_message_name(struct rd_world *w, uint32_t message) {
    static const struct {
        uint32_t message;
        const char *name;
    } known[] = {
        {WM_NULL, "WM_NULL"},
        {WM_CREATE, "WM_CREATE"},
        {WM_DESTROY, "WM_DESTROY"},
        {WM_MOVE, "WM_MOVE"},
        {WM_SIZE, "WM_SIZE"},
        {WM_SETTEXT, "WM_SETTEXT"},
        {WM_GETTEXT, "WM_GETTEXT"},
        {WM_CLOSE, "WM_CLOSE"},
        {WM_QUERYENDSESSION, "WM_QUERYENDSESSION"},
        {WM_QUIT, "WM_QUIT"},
        {WM_ENDSESSION, "WM_ENDSESSION"},
        {WM_SHOWWINDOW, "WM_SHOWWINDOW"},
        {WM_COPYDATA, "WM_COPYDATA"},
        {WM_NCCREATE, "WM_NCCREATE"},
        {WM_NCDESTROY, "WM_NCDESTROY"},
        {WM_COMMAND, "WM_COMMAND"},
        {WM_SYSCOMMAND, "WM_SYSCOMMAND"},
        {WM_TIMER, "WM_TIMER"},
        {WM_PARENTNOTIFY, "WM_PARENTNOTIFY"},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i].message == message)
            return known[i].name;
    const char *name = csr_atom_name(w, message);
    if (name)
        return core_textf(w, "'%s'", name);
    if (message >= WM_APP && message < CSR_FIRST_ATOM)
        return core_textf(w, "WM_APP+%u", message - WM_APP);
    if (message >= WM_USER && message < WM_APP)
        return core_textf(w, "WM_USER+%u", message - WM_USER);
    return core_textf(w, "message 0x%04X", message);
}
