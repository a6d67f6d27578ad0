/* crt_calls.h - the C run-time functions as simulated code sees them, for tests that are host code.
 */
#ifndef RD_TESTS_CRT_CALLS_H
#define RD_TESTS_CRT_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct crt_file;

int crt_printf(const char *format, ...);
int crt_fprintf(struct crt_file *file, const char *format, ...);
int crt_puts(const char *text);
int crt_putchar(int c);
int crt_fputs(const char *text, struct crt_file *file);
int crt_fputws(const uint16_t *text, struct crt_file *file);
int crt_fflush(struct crt_file *file);
int crt_setvbuf(struct crt_file *file, char *buffer, int mode, size_t size);
struct crt_file *crt___acrt_iob_func(unsigned index);
struct crt_file *crt_fopen(const char *path, const char *mode);
struct crt_file *crt_tmpfile(void);
int crt_fclose(struct crt_file *file);
size_t crt_fread(void *data, size_t size, size_t count, struct crt_file *file);
size_t crt_fwrite(const void *data, size_t size, size_t count, struct crt_file *file);
char *crt_fgets(char *buffer, int size, struct crt_file *file);
int crt_fgetc(struct crt_file *file);
int crt_ungetc(int c, struct crt_file *file);
int crt_fseek(struct crt_file *file, long offset, int origin);
long crt_ftell(struct crt_file *file);
void crt_rewind(struct crt_file *file);
int crt_feof(struct crt_file *file);
int crt_ferror(struct crt_file *file);
int crt_fscanf(struct crt_file *file, const char *format, ...);
int crt_remove(const char *path);
int crt__write(int descriptor, const void *buffer, unsigned count);
int crt__open(const char *path, int mode, ...);
int crt__close(int descriptor);
int crt__isatty(int descriptor);
void crt_perror(const char *prefix);

void crt_exit(int code);
void crt__exit(int code);
void crt__cexit(void);
void crt_quick_exit(int code);
void crt_abort(void);
int crt_atexit(void (*function)(void));
int crt_at_quick_exit(void (*function)(void));
int crt___cxa_atexit(void (*function)(void *), void *argument, void *dso);
int crt___cxa_thread_atexit(void (*function)(void *), void *argument, void *dso);
void (*crt_signal(int number, void (*handler)(int)))(int);
int crt_raise(int number);
void crt__assert(const char *expression, const char *file, unsigned line);

void *crt_malloc(size_t size);
void *crt_calloc(size_t count, size_t size);
void *crt_realloc(void *block, size_t size);
void crt_free(void *block);
size_t crt__msize(void *block);
void *crt__aligned_malloc(size_t size, size_t alignment);
void *crt__aligned_realloc(void *block, size_t size, size_t alignment);
void crt__aligned_free(void *block);

char *crt_getenv(const char *name);
int crt__putenv(const char *text);
int crt_rand(void);
void crt_srand(unsigned seed);
int64_t crt_time(int64_t *result);
int *crt__errno(void);
char *crt_strtok(char *text, const char *separators);
char *crt_strerror(int error);
uintptr_t crt__beginthread(void (*start)(void *), unsigned stack_size, void *argument);
uintptr_t crt__beginthreadex(void *security, unsigned stack_size, unsigned (*start)(void *),
                             void *argument, unsigned flags, unsigned *id);
void crt__endthreadex(unsigned code);

#endif
