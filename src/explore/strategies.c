/* strategies.c - the table of strategies. */
#include <string.h>

#include "explore/strategy.h"

const struct exp_strategy_ops *const exp_strategies[] = {
    &exp_dpor, &exp_dfs, &exp_random, &exp_pct, &exp_round_robin, &exp_portfolio, NULL};

const struct exp_strategy_ops *exp_find_strategy(const char *name) {
    if (!name)
        return exp_strategies[0];
    for (const struct exp_strategy_ops *const *ops = exp_strategies; *ops; ops++)
        if (strcmp((*ops)->name, name) == 0)
            return *ops;
    return NULL;
}
