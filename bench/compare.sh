#!/bin/bash
# Runs the same benchmark of several builds in turn and prints, for each of its rows, the first
# figure of every build (the median of the rounds) and its ratio to that of the first build (the
# median of the ratios of each round).
#
#     bench/compare.sh ROUNDS BENCHMARK WHAT BUILD BUILD...
#     bench/compare.sh 5 bench_engine points build/release build/boost-jump
set -eu
usage="usage: bench/compare.sh ROUNDS BENCHMARK WHAT BUILD BUILD..."
rounds=${1:?$usage} benchmark=${2:?$usage} what=${3:?$usage}
shift 3
[ $# -ge 2 ] || { echo "$usage" >&2; exit 2; }
for round in $(seq "$rounds"); do
    for build; do
        "$build/bench/$benchmark" "$what" | sed "s|^|$round\t$build\t|"
    done
done | awk -F '\t' '
function median(list, n,    i, j, swap) {
    for (i = 2; i <= n; i++)
        for (j = i; j > 1 && list[j - 1] > list[j]; j--) {
            swap = list[j]; list[j] = list[j - 1]; list[j - 1] = swap
        }
    return list[int((n + 1) / 2)]
}
match($3, / [0-9.]+ *(ns|us|ms|\/s)/) {
    name = substr($3, 1, RSTART - 1)
    sub(/ +$/, "", name)
    if ($3 ~ /\(logged\)/) name = name ", logged"
    unit = substr($3, RSTART + 1, RLENGTH - 1)
    gsub(/[0-9. ]/, "", unit)
    if (!(name in units)) names[++rows] = name
    units[name] = unit
    if (!($2 in seen)) { builds[++columns] = $2; seen[$2] = 1 }
    value[name, $2, $1] = substr($3, RSTART + 1) + 0
    last = $1
}
END {
    for (row = 1; row <= rows; row++) {
        printf "%-40s", names[row]
        for (column = 1; column <= columns; column++) {
            for (round = 1; round <= last; round++) {
                figures[round] = value[names[row], builds[column], round]
                ratios[round] = figures[round] / value[names[row], builds[1], round]
            }
            printf "  %s %.1f %s", builds[column], median(figures, last), units[names[row]]
            if (column > 1) printf " (%.2f x)", median(ratios, last)
        }
        print ""
    }
}'
