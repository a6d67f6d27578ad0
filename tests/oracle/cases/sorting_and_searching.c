/*
 * qsort, bsearch and the small arithmetic of <stdlib.h> give the same on every platform.
 *
 * rules: -
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int by_length_then_name(const void *a, const void *b) {
    const char *left = *(const char *const *)a, *right = *(const char *const *)b;

    if (strlen(left) != strlen(right))
        return strlen(left) < strlen(right) ? -1 : 1;
    return strcmp(left, right);
}

int main(void) {
    const char *words[] = {"mutex", "event", "apc", "semaphore", "thread", "job", "process"};
    const char *wanted = "thread", *missing = "fiber";
    size_t count = sizeof words / sizeof words[0], i;
    const char **found;
    div_t parts;

    qsort(words, count, sizeof words[0], by_length_then_name);
    for (i = 0; i < count; i++)
        printf("%s%s", words[i], i + 1 < count ? " " : "\n");
    found = bsearch(&wanted, words, count, sizeof words[0], by_length_then_name);
    printf("thread at %d\n", (int)(found - words));
    found = bsearch(&missing, words, count, sizeof words[0], by_length_then_name);
    printf("fiber found: %d\n", found != NULL);
    parts = div(-17, 5);
    printf("div: %d %d, abs: %d\n", parts.quot, parts.rem, abs(-4));
    return 0;
}
