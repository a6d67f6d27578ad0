#!/bin/sh
# Executions until the first violation, for each broken scenario of examples/explore and each
# strategy: scenarios.sh BIN_DIR. Sampling strategies: the median of 21 seeds, "-" where more than
# half of them found nothing in 10000 executions.
set -eu
bin=$(cd "${1:?usage: scenarios.sh BIN_DIR}" && pwd)
examples=$(cd "$(dirname "$0")/../examples/explore" && pwd)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
sh "$examples/build.sh" "$bin" "$out"

# found OPTION...: at which execution, 0 if not at all.
found() {
    "$bin/rundown" explore --no-shrink --format json "$@" |
        sed -n 's/.*"found_at": \([0-9]*\).*/\1/p'
}

# median OPTION...: of 21 seeds.
median() {
    for seed in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21; do
        found --seed "$seed" "$@"
    done | sed 's/^0$/10001/' | sort -n | sed -n '11s/10001/-/;11p'
}

# The fewest preemptions with which there is a violation, and what it takes to find it.
bounded() {
    for bound in 0 1 2 3; do
        at=$(found --strategy dfs --preemptions "$bound" "$@")
        [ "$at" = 0 ] || break
    done
    echo "$at ($bound)"
}

printf '%-22s %6s %12s %8s %8s\n' scenario dpor 'dfs (bound)' random pct
grep -v '^#' "$examples/scenarios.txt" | while read -r name _ _ _ _ arguments; do
    cd "$out/$name"
    # shellcheck disable=SC2086
    printf '%-22s %6s %12s %8s %8s\n' "$name" "$(found $arguments)" "$(bounded $arguments)" \
        "$(median --strategy random $arguments)" "$(median --strategy pct $arguments)"
done
