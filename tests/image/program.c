/* A program with every kind of import and of private data. Compiled by rundown-cc. */
int printf(const char *format, ...);
__SIZE_TYPE__ strlen(const char *text);
int library_add(int value);
extern int library_value;
void *optional_function(void) __attribute__((weak));

int counter = 7;
int untouched[1000];
static _Thread_local int hidden_tls = 5;
_Thread_local int visible_tls[3] = {1, 2, 3};
_Thread_local int *tls_pointer = &counter;
int *library_pointer = &library_value;
int (*const add_table[2])(int) = {library_add, library_add};

int program_run(int value) {
    counter += value;
    return add_table[value & 1](counter) + *library_pointer;
}

int program_tls(void) {
    hidden_tls++;
    visible_tls[1] += hidden_tls;
    return visible_tls[1] + *tls_pointer;
}

void *program_optional(void) {
    return optional_function ? optional_function() : 0;
}

__SIZE_TYPE__ program_length(const char *text) {
    return strlen(text);
}

int main(void) {
    printf("%d\n", program_run(1));
    return 0;
}
