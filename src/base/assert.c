#include "base/assert.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void base_assert_fail(const char *condition, const char *file, int line) {
    fprintf(stderr, "rundown: internal error: %s is false (%s:%d); please report this\n", condition,
            file, line);
    abort();
}
