#include <rundown/rundown.h>
#include <rundown/sdk/windows.h>

static DWORD WINAPI worker(LPVOID unused) {
    (void)unused;
    Sleep(100);
    return 9;
}

static int app(int argc, char **argv) {
    (void)argc, (void)argv;
    CreateThread(NULL, 0, worker, NULL, 0, NULL);
    ExitThread(7); /* the primary thread ends; what does the process do? */
}

int main(void) {
    rd_world *world;
    rd_world_create(NULL, &world, NULL, 0);
    rd_image_register(world, "app.exe",
                      &(rd_image_desc){.size = sizeof(rd_image_desc), .main = app});
    rd_process_start(world, "app.exe", NULL, NULL);
    rd_run(world, NULL);
    rd_report(world, RD_FORMAT_TEXT, stdout);
    rd_world_destroy(world);
}
