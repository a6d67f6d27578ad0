/*
 * cc_host.c - memory, files and child processes for rundown-cc.
 */
#include "cc.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct cc_block {
    struct cc_block *next;
    max_align_t content[];
};

void *cc_alloc(struct cc_pool *pool, size_t size) {
    struct cc_block *block = calloc(1, sizeof *block + size);
    if (!block) {
        fputs("rundown-cc: not enough memory\n", stderr);
        exit(1);
    }
    block->next = pool->first;
    pool->first = block;
    return block->content;
}

char *cc_copy(struct cc_pool *pool, const char *text, size_t length) {
    char *copy = cc_alloc(pool, length + 1);
    memcpy(copy, text, length);
    return copy;
}

char *cc_format(struct cc_pool *pool, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = cc_alloc(pool, (size_t)length + 1);
    va_start(arguments, format);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return text;
}

void cc_pool_free(struct cc_pool *pool) {
    while (pool->first) {
        struct cc_block *block = pool->first;
        pool->first = block->next;
        free(block);
    }
}

void cc_add(struct cc_list *list, const char *text) {
    if (list->count + 1 >= list->capacity) {
        size_t capacity = list->capacity ? list->capacity * 2 : 32;
        const char **items = cc_alloc(list->pool, capacity * sizeof *items);
        if (list->count)
            memcpy(items, list->items, list->count * sizeof *items);
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->count++] = text;
    list->items[list->count] = NULL;
}

void cc_add_all(struct cc_list *list, const char *const *texts) {
    for (; *texts; texts++)
        cc_add(list, *texts);
}

void cc_error(const struct cc_command *command, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "%s: ", command->program);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
}

enum cc_file cc_file_kind(const char *path) {
    struct stat status;
    if (stat(path, &status) != 0)
        return CC_FILE_NONE;
    if (S_ISREG(status.st_mode))
        return CC_FILE_REGULAR;
    return S_ISDIR(status.st_mode) ? CC_FILE_DIRECTORY : CC_FILE_OTHER;
}

unsigned char *cc_read_file(struct cc_pool *pool, const char *path, size_t *size) {
    struct stat status;
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    unsigned char *bytes = NULL;
    if (fstat(fileno(file), &status) == 0 && S_ISREG(status.st_mode)) {
        bytes = cc_alloc(pool, (size_t)status.st_size + 1);
        *size = fread(bytes, 1, (size_t)status.st_size, file);
        if (*size != (size_t)status.st_size)
            bytes = NULL;
    }
    fclose(file);
    return bytes;
}

static bool write_with_mode(const char *path, const char *mode, const void *bytes, size_t size) {
    FILE *file = fopen(path, mode);
    if (!file)
        return false;
    bool written = fwrite(bytes, 1, size, file) == size;
    return (fclose(file) == 0) && written;
}

bool cc_write_file(const char *path, const void *bytes, size_t size) {
    return write_with_mode(path, "wb", bytes, size);
}

bool cc_overwrite_file(const char *path, const void *bytes, size_t size) {
    return write_with_mode(path, "r+b", bytes, size);
}

const char *cc_base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

const char *cc_program_directory(struct cc_pool *pool) {
    char path[4096];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    if (length <= 0)
        return NULL;
    path[length] = '\0';
    return cc_copy(pool, path, (size_t)(cc_base_name(path) - path));
}

bool cc_program_exists(struct cc_pool *pool, const char *name) {
    if (strchr(name, '/'))
        return access(name, X_OK) == 0;
    const char *path = getenv("PATH");
    while (path && *path) {
        size_t length = strcspn(path, ":");
        if (access(cc_format(pool, "%.*s/%s", (int)length, path, name), X_OK) == 0)
            return true;
        path += length + (path[length] == ':');
    }
    return false;
}

char *cc_temporary_name(struct cc_pool *pool, const char *path, const char *suffix) {
    const char *base = cc_base_name(path);
    return cc_format(pool, "%.*s.%s.%ld%s", (int)(base - path), path, base, (long)getpid(), suffix);
}

const char *cc_temporary_directory(void) {
    const char *directory = getenv("TMPDIR");
    return directory && cc_file_kind(directory) == CC_FILE_DIRECTORY ? directory : "/tmp";
}

static void interrupt_set(sigset_t *set) {
    sigemptyset(set);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGHUP);
}

void cc_hold_interrupts(bool hold) {
    sigset_t set;
    interrupt_set(&set);
    sigprocmask(hold ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}

/* A command line that a shell would read back as it is. */
static void show(const struct cc_list *arguments) {
    for (size_t i = 0; i < arguments->count; i++) {
        const char *text = arguments->items[i];
        bool plain = *text && !strpbrk(text, " \t\n'\"\\$&;()<>|*?[]#~`!{}");
        fprintf(stderr, i ? " " : "");
        if (plain) {
            fputs(text, stderr);
            continue;
        }
        fputc('\'', stderr);
        for (; *text; text++)
            fputs(*text == '\'' ? "'\\''" : (char[]){*text, '\0'}, stderr);
        fputc('\'', stderr);
    }
    fputc('\n', stderr);
}

/* Starts the program; `output` replaces standard output or standard error, -1: inherited. */
static bool start(const struct cc_list *arguments, int stream, int output, pid_t *child) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    sigemptyset(&none);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    if (output >= 0) {
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", 0, 0);
        posix_spawn_file_actions_addopen(&actions, 3 - stream, "/dev/null", 1, 0);
        posix_spawn_file_actions_adddup2(&actions, output, stream);
    }
    int failed = posix_spawnp(child, arguments->items[0], &actions, &attributes,
                              (char **)(uintptr_t)arguments->items, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failed == 0;
}

static int wait_for(pid_t child) {
    int status;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return 127;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int cc_run(const struct cc_command *command, const struct cc_list *arguments) {
    pid_t child;
    if (command->verbose || command->dry_run)
        show(arguments);
    if (command->dry_run)
        return 0;
    if (!start(arguments, 0, -1, &child)) {
        cc_error(command,
                 "cannot run the compiler '%s'; install gcc or clang, or name one with --cc=",
                 arguments->items[0]);
        return 127;
    }
    return wait_for(child);
}

char *cc_capture(struct cc_command *command, const struct cc_list *arguments, int stream) {
    int ends[2];
    pid_t child;
    if (pipe(ends) != 0)
        return NULL;
    bool started = start(arguments, stream, ends[1], &child);
    close(ends[1]);
    size_t capacity = 65536, size = 0;
    char *text = cc_alloc(command->pool, capacity);
    while (started && size < capacity - 1) {
        ssize_t got = read(ends[0], text + size, capacity - 1 - size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        size += (size_t)got;
    }
    close(ends[0]);
    return started && wait_for(child) == 0 ? text : NULL;
}
