/*
 * bench_snapshot - what a snapshot of a world in the middle of an execution would have to hold, and
 * what copying it would take at the least, beside executing from the beginning again. What follows
 * from that is said in docs/exploring.md.
 *
 * The program is a5 of docs/benchmarks.md. All writable memory of this process is compared, in
 * lines of 64 bytes: of a new world with its state half through the first execution, and that with
 * the state at the end.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "support/measure.h"
#include "support/programs.h"

enum { RANGES_MAX = 256, PAGE = 4096, LINE = 64, LINES_MAX = 65536, ROUNDS = 9, RUNS = 20000 };
#define SCRATCH_SIZE ((size_t)1 << 32) /* address space; little of it is ever touched */

/* A piece of writable memory, and what it held. */
struct range {
    char *begin, *end, *copy;
};

struct memory {
    size_t count;
    struct range ranges[RANGES_MAX];
};

/* What differs between two states of the memory. */
struct lines {
    size_t count;
    char *at[LINES_MAX];
};

/* Everything that is needed here stands in memory of its own, which is not compared. */
static char *scratch, *scratch_free;

static void make_scratch(void) {
    /* Fences on both sides: the kernel shows it as a piece by itself. */
    char *block = mmap(NULL, SCRATCH_SIZE + 2 * PAGE, PROT_NONE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (block == MAP_FAILED || mprotect(block + PAGE, SCRATCH_SIZE, PROT_READ | PROT_WRITE) != 0) {
        perror("bench_snapshot: address space");
        exit(1);
    }
    scratch = scratch_free = block + PAGE;
}

static void *scratch_alloc(size_t size) {
    char *block = scratch_free;
    scratch_free += (size + LINE - 1) / LINE * LINE;
    if (scratch_free > scratch + SCRATCH_SIZE) {
        fprintf(stderr, "bench_snapshot: too much memory to compare\n");
        exit(1);
    }
    return block;
}

/* Reads /proc/self/maps; the stack of the host thread is none of the world's. */
static void find_ranges(struct memory *memory) {
    size_t size = 1 << 20;
    char *text = scratch_alloc(size), *end = text;
    int file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    for (ssize_t got = 1; got > 0; end += got > 0 ? got : 0)
        got = read(file, end, size - 1 - (size_t)(end - text));
    close(file);
    memory->count = 0;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        char *after;
        char *begin = (char *)(uintptr_t)strtoull(line, &after, 16);
        char *stop = (char *)(uintptr_t)strtoull(after + 1, &after, 16);
        if (strncmp(after, " rw", 3) == 0 && begin != scratch && !strstr(after, "[stack]") &&
            memory->count < RANGES_MAX)
            memory->ranges[memory->count++] = (struct range){begin, stop, NULL};
    }
}

/* false for the fence of a stack, which cannot be read. */
static bool read_page(const char *page, char *copy) {
    static int memory = -1;
    if (memory < 0)
        memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    return pread(memory, copy, PAGE, (off_t)(uintptr_t)page) == PAGE;
}

static struct memory *save(void) {
    struct memory *memory = scratch_alloc(sizeof *memory);
    find_ranges(memory);
    for (size_t i = 0; i < memory->count; i++) {
        struct range *range = &memory->ranges[i];
        range->copy = scratch_alloc((size_t)(range->end - range->begin));
        for (char *page = range->begin; page < range->end; page += PAGE)
            read_page(page, range->copy + (page - range->begin));
    }
    return memory;
}

/* What the line held then; memory that was not there yet held nothing. */
static const char *saved_line(const struct memory *memory, const char *line) {
    static const char nothing[LINE];
    for (size_t i = 0; i < memory->count; i++)
        if (line >= memory->ranges[i].begin && line < memory->ranges[i].end)
            return memory->ranges[i].copy + (line - memory->ranges[i].begin);
    return nothing;
}

static void compare_page(const struct memory *then, char *page, struct lines *changed) {
    char now[PAGE];
    if (!read_page(page, now))
        return;
    for (int at = 0; at < PAGE; at += LINE)
        if (memcmp(now + at, saved_line(then, page + at), LINE) != 0 && changed->count < LINES_MAX)
            changed->at[changed->count++] = page + at;
}

static struct lines *changed_since(const struct memory *then) {
    struct memory *now = scratch_alloc(sizeof *now);
    struct lines *changed = scratch_alloc(sizeof *changed);
    find_ranges(now);
    changed->count = 0;
    for (size_t i = 0; i < now->count; i++)
        for (char *page = now->ranges[i].begin; page < now->ranges[i].end; page += PAGE)
            compare_page(then, page, changed);
    return changed;
}

static size_t pages(const struct lines *lines) {
    size_t count = 0;
    for (size_t i = 0; i < lines->count; i++)
        count += i == 0 || (uintptr_t)lines->at[i] / PAGE != (uintptr_t)lines->at[i - 1] / PAGE;
    return count;
}

/* Nanoseconds to copy the lines away, or back. */
static double copying(const struct lines *lines, char *copy, bool back) {
    uint64_t begin = host_time();
    for (int run = 0; run < RUNS; run++)
        for (size_t i = 0; i < lines->count; i++)
            memcpy(back ? lines->at[i] : copy + i * LINE, back ? copy + i * LINE : lines->at[i],
                   LINE);
    return (double)(host_time() - begin) / RUNS;
}

static void open_page(int signal, siginfo_t *info, void *context) {
    (void)signal, (void)context;
    mprotect((char *)((uintptr_t)info->si_addr / PAGE * PAGE), PAGE, PROT_READ | PROT_WRITE);
}

/* Nanoseconds to learn that a page is written to, by protecting it and taking the fault. */
static double noticing(void) {
    struct sigaction mine = {.sa_sigaction = open_page, .sa_flags = SA_SIGINFO}, before;
    char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    sigaction(SIGSEGV, &mine, &before);
    uint64_t begin = host_time();
    for (int run = 0; run < RUNS; run++) {
        mprotect(page, PAGE, PROT_READ);
        *(volatile char *)page = 1;
    }
    uint64_t end = host_time();
    sigaction(SIGSEGV, &before, NULL);
    munmap(page, PAGE);
    return (double)(end - begin) / RUNS;
}

static void print_lines(const char *what, const struct lines *lines) {
    printf("%-44s %5zu bytes in %zu lines, %zu pages\n", what, lines->count * LINE, lines->count,
           pages(lines));
}

static uint64_t steps_of_execution(const struct program *program) {
    rd_world *world = world_with_program(program);
    start_program(world);
    rd_run(world, NULL);
    uint64_t steps = rd_steps(world);
    leave_world(world);
    return steps;
}

int main(void) {
    const struct program *program = program_named("a5");
    double execution[ROUNDS], away[ROUNDS], back[ROUNDS], copies[ROUNDS];
    double notice[ROUNDS], faults[ROUNDS];
    make_scratch();
    uint64_t steps = steps_of_execution(program);
    rd_world *world = world_with_program(program);
    struct memory *fresh = save();
    start_program(world);
    while (rd_steps(world) < steps / 2)
        rd_step(world, NULL);
    struct lines *state = changed_since(fresh);
    struct memory *half = save();
    rd_run(world, NULL);
    struct lines *rest = changed_since(half);
    printf("a5: %llu steps, half of them before the fork point\n", (unsigned long long)steps);
    print_lines("state there that a new world has not", state);
    print_lines("changed from there to the end", rest);

    char *copy = scratch_alloc(state->count * LINE);
    copying(state, copy, false);
    for (int i = 0; i < ROUNDS; i++) {
        uint64_t begin = host_time();
        run_bare(program, RUNS);
        execution[i] = (double)(host_time() - begin) / RUNS;
        away[i] = copying(state, copy, false);
        back[i] = copying(state, copy, true);
        notice[i] = noticing();
        copies[i] = (away[i] + back[i]) / execution[i];
        faults[i] = notice[i] * (double)pages(rest) / execution[i];
    }
    printf("%-44s %8.1f ns\n", "a whole execution, without a strategy", median(execution, ROUNDS));
    printf("%-44s %8.1f ns\n", "copying the state away", median(away, ROUNDS));
    printf("%-44s %8.1f ns   both copies: %.2f of an execution\n", "copying it back",
           median(back, ROUNDS), median(copies, ROUNDS));
    printf("%-44s %8.1f ns   all changed pages: %.2f of an execution\n",
           "noticing by a fault that a page is written", median(notice, ROUNDS),
           median(faults, ROUNDS));
    leave_world(world);
    return 0;
}
