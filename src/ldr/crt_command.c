/*
 * crt_command.c - system and _popen. The machine has no cmd.exe: a command is the name of a program
 * and its arguments, with "cmd /c" in front or without. What only a command processor could do
 * fails as it would for an unknown command.
 */
#include <string.h>

#include "ldr/crt_state.h"
#include "ldr/crt_text.h"

enum { NOT_A_COMMAND = 1 }; /* exit code of cmd.exe for what it does not know */

static const char *skip_blanks(const char *text) {
    while (*text == ' ' || *text == '\t')
        text++;
    return text;
}

/* What stands behind "cmd", "cmd.exe" and "/c". */
static const char *plain_command(const char *command) {
    static const char *const names[] = {"cmd.exe ", "cmd "};
    command = skip_blanks(command);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t length = strlen(names[i]);
        const char *rest = command + length;
        if (crt_compare_no_case(command, names[i], length) != 0)
            continue;
        rest = skip_blanks(rest);
        if (crt_compare_no_case(rest, "/c ", 3) == 0)
            return skip_blanks(rest + 3);
    }
    return command;
}

intptr_t crt_start_command(struct crt_process *crt, const char *command, intptr_t input,
                           intptr_t output) {
    const struct crt_child child = {.command_line = plain_command(command),
                                    .standard = {input, output, 0}};
    return crt_start_child(crt, &child);
}

CRT_API(int, system, (const char *command)) {
    struct crt_process *crt = crt_here();
    if (!command || !crt)
        return 0;
    intptr_t process = crt_start_command(crt, command, 0, 0);
    if (process != -1)
        return crt_wait_for_child(crt, process);
    crt_set_errno(CRT_ENOENT);
    return NOT_A_COMMAND;
}

CRT_API(int, _wsystem, (const WCHAR *command)) {
    struct rd_world *w = port_current_world();
    return crt_system(command && w ? crt_copy_narrow(w, command) : NULL);
}

/* ---- _popen ---------------------------------------------------------------------------------- */

int crt__pipe(int *files, unsigned size, int mode);
struct crt_file *crt__fdopen(int descriptor, const char *mode);

/* The child gets the end `theirs`, the program keeps `ours`. */
static struct crt_file *connect(struct crt_process *crt, const char *command, const char *mode,
                                const int ends[2]) {
    bool reads = mode[0] == 'r';
    int ours = ends[!reads], theirs = ends[reads];
    intptr_t inherited = crt_descriptor_handle(crt, theirs);
    intptr_t process =
        crt_start_command(crt, command, reads ? 0 : inherited, reads ? inherited : 0);
    crt_descriptor_close(crt, theirs);
    struct crt_file *file = process == -1 ? NULL : crt__fdopen(ours, mode);
    if (!file) {
        crt_descriptor_close(crt, ours);
        return NULL;
    }
    file->command = (void *)process;
    return file;
}

/* The end that the program keeps must not be inherited: the child would never see its end. */
CRT_API(struct crt_file *, _popen, (const char *command, const char *mode)) {
    struct crt_process *crt = crt_here();
    int ends[2];
    if (!crt || !command || !mode || (mode[0] != 'r' && mode[0] != 'w')) {
        crt_invalid(CRT_EINVAL);
        return NULL;
    }
    if (crt__pipe(ends, 1024, (strchr(mode, 'b') ? CRT_O_BINARY : CRT_O_TEXT) | CRT_O_NOINHERIT))
        return NULL;
    int theirs = mode[0] == 'r';
    if (!crt_descriptor_make_inheritable(crt, ends[theirs])) {
        crt_descriptor_close(crt, ends[0]);
        crt_descriptor_close(crt, ends[1]);
        return NULL;
    }
    return connect(crt, command, mode, ends);
}

CRT_API(int, _pclose, (struct crt_file * file)) {
    struct crt_process *crt = crt_here();
    if (!crt || !file || !file->command) {
        crt_invalid(CRT_EINVAL);
        return -1;
    }
    intptr_t process = (intptr_t)file->command;
    file->command = NULL;
    crt_file_close(crt, file);
    return crt_wait_for_child(crt, process);
}

CRT_API(struct crt_file *, _wpopen, (const WCHAR *command, const WCHAR *mode)) {
    struct rd_world *w = port_current_world();
    if (!w || !command || !mode)
        return crt__popen(NULL, NULL);
    return crt__popen(crt_copy_narrow(w, command), crt_copy_narrow(w, mode));
}
