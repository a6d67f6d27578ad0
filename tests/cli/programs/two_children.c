/* two_children.c - two children that end at once. */
#include <windows.h>
int main(int argc, char **argv) {
    STARTUPINFOA startup = {sizeof startup};
    PROCESS_INFORMATION child[2];
    (void)argv;
    if (argc > 1)
        return 0;
    for (int i = 0; i < 2; i++)
        CreateProcessA("two.exe", "two.exe child", NULL, NULL, FALSE, 0, NULL, NULL, &startup,
                       &child[i]);
    for (int i = 0; i < 2; i++)
        WaitForSingleObject(child[i].hProcess, INFINITE);
    return 0;
}
