/*
 * A program of somebody who uses Rundown: one simulated process, its exit code, its log. It is
 * built against the installed package, by pkg-config and as part of another project's build.
 */
#include <stdio.h>
#include <string.h>

#include "rundown/rundown.h"

#ifdef OWN_NAMES
/* The library has functions with these names, too: for itself. */
int ke_event_set(void);
void ps_end_thread(void);

int ke_event_set(void) {
    return 0;
}

void ps_end_thread(void) {}
#endif

static int app_main(int argc, char **argv) {
    (void)argc;
    (void)argv;
    return 3;
}

static int fail(const char *what, const rd_world *world) {
    fprintf(stderr, "%s: %s\n", what, world ? rd_last_error(world) : "no world");
    return 1;
}

int main(void) {
    rd_world *world = NULL;
    rd_image_desc app = {.size = sizeof(app), .main = app_main};
    rd_process_info process;
    rd_verdict verdict;
    uint32_t pid;

    if (strcmp(rd_version(), RD_VERSION_STRING) != 0)
        return fail("header and library are of different versions", NULL);
    if (rd_world_create(NULL, &world, NULL, 0) != RD_OK)
        return fail("rd_world_create", NULL);
    if (rd_image_register(world, "app.exe", &app) != RD_OK)
        return fail("rd_image_register", world);
    if (rd_process_start(world, "app.exe", NULL, &pid) != RD_OK)
        return fail("rd_process_start", world);
    if (rd_run(world, &verdict) != RD_OK || verdict != RD_VERDICT_FINISHED)
        return fail("rd_run", world);

    /* The process object lives as long as something refers to it, so the log is asked as well. */
    rd_event_query end = {.kind = RD_EVENT_PROCESS_EXIT_STATUS};
    size_t index = rd_event_find(world, 0, &end);
    if (index == RD_NO_EVENT || rd_event_at(world, index)->b != 3)
        return fail("the log shows no exit code 3", world);
    if (rd_process_get(world, pid, &process) == RD_OK && process.exit_code != 3)
        return fail("rd_process_get shows another exit code", world);
    rd_world_destroy(world);
    puts("exit code 3");
    return 0;
}
