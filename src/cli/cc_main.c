/*
 * cc_main.c - rundown-cc: compiles programs, DLLs and drivers written for Windows so that Rundown
 * can run them.
 */
#include "cc.h"

#include <stdio.h>
#include <string.h>

#include "rundown/rundown.h"

static const char help_text[] =
    "Usage: rundown-cc [options] file...\n"
    "Compiles C and C++ written for Windows into images for 'rundown run'.\n"
    "\n"
    "  rundown-cc -o app.exe app.c               a program\n"
    "  rundown-cc -shared -o a.dll a.c           a DLL\n"
    "  rundown-cc -o app.exe app.c a.dll         a program that uses the DLL\n"
    "  rundown-cc --driver -o watch.sys watch.c  a driver\n"
    "  rundown-c++ -o app.exe app.o              linking C++ objects\n"
    "\n"
    "Options of its own:\n"
    "  --driver         build a driver (DriverEntry)\n"
    "  -mwindows        the program starts at WinMain and has no console\n"
    "  -municode        the program starts at wmain or wWinMain; defines UNICODE\n"
    "  -fsanitize=thread\n"
    "                   every access to memory is a scheduling point, so that 'rundown explore'\n"
    "                   sees plain variables and atomics, too\n"
    "  --cc=COMPILER    the host's compiler (default: $RUNDOWN_CC, gcc, clang, cc;\n"
    "                   for rundown-c++: $RUNDOWN_CXX, g++, clang++, c++)\n"
    "  --sdk-dir=DIR    Rundown's <windows.h> and other headers\n"
    "  --exports=FILE   names that images can import, one a line\n"
    "  -v, --verbose    show the commands that are run\n"
    "  -###             show them only\n"
    "  --version, --help\n"
    "Other options go to the compiler. -lNAME looks for libNAME.dll, NAME.dll and libNAME.a\n"
    "in the directories of -L; Windows' own libraries (-lkernel32, user32.lib) are built in.\n"
    "Options for PE files, module definition files (.def) and -static are accepted and have no "
    "effect.\n"
    "\n"
    "Exit status: that of the compiler where it fails; 2 for wrong usage, for names that nothing\n"
    "defines and for a program without main.\n";

static const char *program_name(const char *path) {
    const char *name = cc_base_name(path);
    size_t length = strlen(name);
    return length >= 2 && strcmp(name + length - 2, "++") == 0 ? "rundown-c++" : "rundown-cc";
}

/* Questions like -dumpmachine are the compiler's to answer. */
static int ask_compiler(struct cc_command *command, const struct cc_tools *tools) {
    struct cc_list list = {.pool = command->pool};
    cc_add_compiler(tools, &list);
    for (size_t i = 0; i < command->arg_count; i++)
        cc_add(&list, command->args[i].text);
    return cc_run(command, &list);
}

static int run(struct cc_command *command, int count, char **arguments) {
    struct cc_tools tools;
    struct cc_inputs inputs;
    if (!cc_read_arguments(command, count, arguments))
        return CC_EXIT_USAGE;
    if (command->help || command->version) {
        fputs(command->help ? help_text : "rundown-cc (Rundown) " RD_VERSION_STRING "\n", stdout);
        return 0;
    }
    if (command->query)
        return cc_find_tools(command, &tools) ? ask_compiler(command, &tools) : CC_EXIT_USAGE;
    if (command->verbose && command->arg_count == 0) {
        fputs("rundown-cc (Rundown) " RD_VERSION_STRING "\n", stderr);
        return 0;
    }
    if (!cc_resolve_inputs(command, &inputs) || !cc_find_tools(command, &tools))
        return CC_EXIT_USAGE;
    return command->compile_only ? cc_compile(command, &tools, &inputs)
                                 : cc_link(command, &tools, &inputs);
}

int main(int argc, char **argv) {
    struct cc_pool pool = {NULL};
    struct cc_command command = {.pool = &pool,
                                 .program = program_name(argc > 0 ? argv[0] : "rundown-cc")};
    command.cxx = strcmp(command.program, "rundown-c++") == 0;
    int code = run(&command, argc > 0 ? argc - 1 : 0, argv + 1);
    cc_pool_free(&pool);
    return code;
}
