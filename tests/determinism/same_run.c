/*
 * same_run - runs all scenarios and writes what must be the same wherever this program is built and
 * run.
 *
 *   same_run CARRIER LOG [SCENARIO]
 *
 * Digests go to standard output, whole logs as JSON Lines into the file LOG.
 * test_same_everywhere.sh compares both, byte by byte.
 */
#include <inttypes.h>
#include <locale.h>

#include "scenarios.h"

enum { SEEDS = 4 };

static rd_world *make(const char *carrier, const struct scenario *scenario,
                      struct scenario_output *output) {
    rd_world_options options = {.size = sizeof options,
                                .carrier = strcmp(carrier, "pthread") == 0 ? RD_CARRIER_PTHREAD
                                                                           : RD_CARRIER_FIBER,
                                .output = scenario_collect,
                                .context = output};
    rd_world *world;
    char error[300];
    rd_status status = rd_world_create(&options, &world, error, sizeof error);
    if (status != RD_OK) {
        fprintf(stderr, "same_run: %s\n", error);
        exit(status == RD_UNAVAILABLE ? 77 : 2);
    }
    if (!scenario_prepare(world, scenario)) {
        fprintf(stderr, "same_run: %s\n", rd_last_error(world));
        exit(2);
    }
    return world;
}

/* Seed 0 is the default schedule. */
static void run_scenario(const char *carrier, const struct scenario *scenario, FILE *log) {
    struct scenario_output output;
    rd_world *world = make(carrier, scenario, &output);
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        if (seed)
            rd_world_set_seed(world, seed);
        struct scenario_result result = scenario_run(world, scenario, &output);
        printf("%s %" PRIu64 ": %s %" PRIu32 " log %016" PRIx64 " output %016" PRIx64 " %s\n",
               scenario->name, seed, rd_verdict_name(result.verdict), result.exit_code, result.log,
               result.output, rd_world_replay_string(world));
        rd_report(world, RD_FORMAT_JSONL, log);
        rd_report(world, RD_FORMAT_TEXT, log);
        rd_report(world, RD_FORMAT_PERFETTO, log);
        rd_world_reset(world);
    }
    rd_world_destroy(world);
}

int main(int argc, char **argv) {
    FILE *log = argc > 2 ? fopen(argv[2], "w") : NULL;
    if (!log) {
        fprintf(stderr, "usage: same_run CARRIER LOG [SCENARIO]\n");
        return 2;
    }
    setlocale(LC_ALL, ""); /* as many host programs do: the library must not care */
    for (int i = 0; i < SCENARIOS; i++)
        if (argc < 4 || strcmp(argv[3], scenarios[i].name) == 0)
            run_scenario(argv[1], &scenarios[i], log);
    return fclose(log) == 0 ? 0 : 2;
}
