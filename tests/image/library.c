/* A DLL; its constructor and destructor must not run when the file is opened or closed. */
int library_value = 30;
volatile int library_constructed; /* volatile: clang runs simple constructors itself */
volatile int *library_destroyed;

__attribute__((constructor)) static void construct(void) {
    library_constructed++;
}
__attribute__((destructor)) static void destroy(void) {
    *library_destroyed += 1;
}

int library_add(int value) {
    return value + library_value + library_constructed;
}

int DllMain(void *module, unsigned reason, void *reserved) {
    return module && !reserved ? (int)reason : 0;
}
