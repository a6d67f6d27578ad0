/* Every function of the C run-time model can be imported, and under one name only once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CRT_EXPORT(name) #name,
#define CRT_EXPORT_AS(text, function) text,
static const char *const names[] = {
#include "api/crt_exports.def"
};
enum { NAMES = sizeof names / sizeof names[0] };

static int compare(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void names_are_unique(void **state) {
    const char *sorted[NAMES];
    (void)state;
    memcpy(sorted, names, sizeof names);
    qsort(sorted, NAMES, sizeof *sorted, compare);
    for (size_t i = 1; i < NAMES; i++)
        if (strcmp(sorted[i - 1], sorted[i]) == 0)
            fail_msg("%s is listed twice in api/crt_exports.def", sorted[i]);
}

static bool is_listed(const char *name, size_t length) {
    for (size_t i = 0; i < NAMES; i++)
        if (strlen(names[i]) == length && memcmp(names[i], name, length) == 0)
            return true;
    return false;
}

/* Names in the source are the second argument of CRT_API; macros that define several are left out.
 */
static void check_file(const char *path) {
    FILE *file = fopen(path, "r");
    char line[512];
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        if (strncmp(line, "CRT_API(", 8) != 0)
            continue;
        const char *name = strstr(line, ", ");
        assert_non_null(name);
        name += 2;
        if (!is_listed(name, strcspn(name, ",")))
            fail_msg("%s: %.*s is missing in api/crt_exports.def", path, (int)strcspn(name, ","),
                     name);
    }
    fclose(file);
}

static void every_function_is_exported(void **state) {
    static const char folder[] = RD_TEST_SOURCE_DIR "/src/ldr";
    DIR *directory = opendir(folder);
    struct dirent *entry;
    (void)state;
    assert_non_null(directory);
    while ((entry = readdir(directory)) != NULL) {
        char path[1024];
        size_t length = strlen(entry->d_name);
        if (strncmp(entry->d_name, "crt_", 4) != 0 || strcmp(entry->d_name + length - 2, ".c") != 0)
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        check_file(path);
    }
    closedir(directory);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_unique),
        cmocka_unit_test(every_function_is_exported),
    };
    return cmocka_run_group_tests_name("crt.exports", tests, NULL, NULL);
}
