/*
 * image_support.h - running rundown-cc in a scratch directory, for the tests of image files.
 */
#ifndef RD_TESTS_IMAGE_SUPPORT_H
#define RD_TESTS_IMAGE_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* The scratch directory is the current one; `sources` is where the programs of this folder are. */
static inline int enter_scratch(void **state) {
    char name[] = "/tmp/rundown-test-XXXXXX";
    if (!mkdtemp(name) || chdir(name) != 0)
        return -1;
    *state = strdup(name);
    return 0;
}

static inline int leave_scratch(void **state) {
    char command[256];
    snprintf(command, sizeof command, "cd / && rm -rf '%s'", (char *)*state);
    int status = system(command);
    free(*state);
    return status;
}

/*
 * Runs a shell command in which $cc, $cxx and $src stand for the tools and the sources. The host's
 * compiler behind them is the default one, or what RUNDOWN_TEST_COMPILER names.
 */
static inline int shell(const char *format, ...) {
    char command[4096], words[2048];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    snprintf(command, sizeof command,
             "unset RUNDOWN_CC RUNDOWN_CXX; compiler=${RUNDOWN_TEST_COMPILER:+--cc=}"
             "$RUNDOWN_TEST_COMPILER; cc=\"%s/rundown-cc $compiler\"; "
             "cxx=\"%s/rundown-c++ $compiler\"; src=%s/tests/image; %s",
             RD_TEST_BIN_DIR, RD_TEST_BIN_DIR, RD_TEST_SOURCE_DIR, words);
    int status = system(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static inline int exists(const char *path) {
    return access(path, F_OK) == 0;
}

static inline char *read_text(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *text = NULL;
    size_t length = 0, capacity = 0;
    do {
        capacity += 65536;
        text = realloc(text, capacity + 1);
        assert_non_null(text);
        length += fread(text + length, 1, capacity - length, file);
    } while (length == capacity);
    fclose(file);
    text[length] = '\0';
    if (size)
        *size = length;
    return text;
}

static inline void write_bytes(const char *path, const void *bytes, size_t size) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static inline void write_text(const char *path, const char *text) {
    write_bytes(path, text, strlen(text));
}

#endif
