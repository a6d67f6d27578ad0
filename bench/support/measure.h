/* measure.h - the host's clock, and the middle of several measurements. */
#ifndef RD_BENCH_MEASURE_H
#define RD_BENCH_MEASURE_H

#include <stddef.h>
#include <stdint.h>

/* Nanoseconds since some moment. */
uint64_t host_time(void);

/* Sorts the values. */
double median(double *values, size_t count);

#endif
