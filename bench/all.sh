#!/bin/bash
# Every figure of docs/benchmarks.md, in its order, some eight minutes: BUILD is the directory of an
# optimised build. What needs something that is not installed says so and is passed over.
#
#     bench/all.sh BUILD
set -u
build=$(cd "${1:?usage: bench/all.sh BUILD}" && pwd) || exit 2
here=$(cd "$(dirname "$0")" && pwd)

run() {
    printf '\n$ %s\n' "$*"
    "$@" || echo "(ended with status $?)"
}
one_core() { run taskset -c 0 "$@"; }

one_core "$build/bench/bench_engine" points
one_core "$build/bench/bench_engine" objects
one_core "$build/bench/bench_explore" programs
if [ -x "$build/bench/bench_relacy" ]; then
    one_core "$build/bench/bench_relacy" rates
    one_core "$build/bench/bench_relacy" proofs
else
    printf '\nbench_relacy is left out (apt install relacy-dev g++, configure and build)\n'
fi
run "$here/counts.sh" "$build"
run "$build/bench/bench_explore" workers
run sh "$here/scenarios.sh" "$build/bin"
run "$here/wine.sh" "$build/bin" 3
one_core "$build/bench/bench_engine" resets
one_core "$build/bench/bench_engine" parked 1000000
one_core "$build/bench/bench_snapshot"
