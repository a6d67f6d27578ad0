/*
 * rd_driver_test.h - what the tests of drivers share. Drivers are host functions here; they record
 * what they see in variables of the test, and the test looks at them when the machine rests: an
 * assertion inside simulated code would leave it by longjmp.
 */
#ifndef RD_TESTS_SUPPORT_RD_DRIVER_TEST_H
#define RD_TESTS_SUPPORT_RD_DRIVER_TEST_H

#include "support/rd_test.h"

/* Loads test.sys from that DriverEntry, which must succeed. */
void driver_load(rd_world *world, rd_driver_entry *entry);
/* As rd_driver_load; returns the NTSTATUS. */
int32_t driver_try(rd_world *world, const char *name, rd_driver_entry *entry);
void driver_unload(rd_world *world);

/* Registers `main` under that name unless it is known, and starts it. */
void program_register(rd_world *world, const char *name, int (*main)(int, char **));
uint32_t program_start(rd_world *world, const char *name);
/* Runs to the end, with that verdict. */
void program_run(rd_world *world, rd_verdict expected);
/* Registers and starts app.exe and runs it to the end; returns its process id. */
uint32_t program(rd_world *world, int (*main)(int, char **));

/* Runs the function on a system thread, as driver code; it must return. */
void kernel_call(rd_world *world, void (*function)(void *context));
/* Runs it, and expects the machine to stop with that code and those words in the explanation. */
void kernel_stop(rd_world *world, void (*function)(void *context), uint32_t code, const char *text);
/* The machine has stopped with that code and those words. */
void expect_stop(rd_world *world, uint32_t code, const char *text);

/* Writes to address 0: a fault that the simulated machine catches, and no sanitizer sees. */
void driver_crash(void);

/* Index of the first match of kind and rule, at or after `from`; fails the test if there is none.
 */
size_t event_of_rule(rd_world *world, size_t from, rd_event_kind kind, const char *rule);
/* Index of the first event of that kind by that thread. */
size_t event_of_thread(rd_world *world, size_t from, rd_event_kind kind, uint32_t tid);

#endif
