#!/bin/bash
# Figures that do not depend on the machine's speed: instructions (valgrind's callgrind) and system
# calls (strace) of one operation or execution. Each is the difference of two runs of different
# length, so that start-up drops out. BUILD is a build directory of an optimised build.
#
#     bench/counts.sh BUILD
set -eu
bench=$(cd "${1:?usage: bench/counts.sh BUILD}/bench" && pwd)
for tool in valgrind strace; do
    command -v "$tool" >/dev/null || {
        echo "bench/counts.sh: $tool is not installed: apt install $tool" >&2; exit 77; }
done

instructions() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 |
        sed -n 's/.*Collected : //p'
}

system_calls() {
    strace -f -c -o /dev/fd/3 "$@" 3>&1 >/dev/null | awk '$NF == "total" {print $4}'
}

# difference COUNTER FEW MANY COMMAND...: of one more, the command gets the number at its end.
difference() {
    local counter=$1 few=$2 many=$3
    shift 3
    echo $(($("$counter" "$@" "$many") - $("$counter" "$@" "$few"))) $((many - few)) |
        awk '{printf "%.0f", $1 / $2}'
}

# row TEXT PER WHAT: an operation of bench_engine, which does PER of them in each round.
row() {
    difference instructions 1000 3000 "$bench/bench_engine" count "$3" |
        awk -v text="$1" -v per="$2" '{printf "%-44s %8.0f\n", text, $1 / per}'
}

echo "instructions of one"
row "jump_fcontext" 2 jump_fcontext
row "point, switch each time, no log" 2 switch
row "point, switch each time, logged" 2 switch-logged
row "point, random, no log" 2 random
row "point, random, logged" 2 random-logged
row "point, no switch, no log" 2 no-switch
row "thread create+exit+wait+close" 1 thread
row "process create+exit+wait+close" 1 process
row "event ping-pong, per switch" 2 ping-pong
row "duplicate+close" 1 duplicate
row "wait on signaled" 1 wait
row "reset + 1 process, 2 threads, event" 1 run

echo
echo "instructions of one execution, and their ratio to Relacy's random scheduler"
echo "with threads that are there from the start / that a first one creates"
printf '%-8s %8s %8s %8s %8s %10s %10s %8s\n' \
    program bare dfs random dpor relacy created ratios
for program in a a5 3x2 b "b'" c; do
    line=$(printf '%-8s' "$program")
    for strategy in bare dfs random dpor; do
        case $strategy:$program in
        dpor:a) few=100 many=300 ;;
        dpor:b | "dpor:b'" | dpor:c) few=0 ;; # less than 20 executions: nothing to measure
        *) few=1000 many=3000 ;;
        esac
        value=-
        [ "$few" = 0 ] || value=$(difference instructions "$few" "$many" \
            "$bench/bench_explore" count "$program" "$strategy")
        [ "$strategy" != random ] || ours=$value
        line="$line $(printf '%8s' "$value")"
    done
    if [ -x "$bench/bench_relacy" ]; then
        for threads in random created; do
            theirs=$(difference instructions 1000 3000 \
                "$bench/bench_relacy" count "$program" "$threads")
            line="$line $(printf '%10s' "$theirs")"
            ratios="${ratios:-} $(awk -v a="$ours" -v b="$theirs" 'BEGIN {printf "%.1f", a / b}')"
        done
        line="$line $ratios"
        ratios=
    fi
    echo "$line"
done

echo
echo "system calls of a reset + 1 process, 2 threads, event"
printf '%-44s %8s\n' "in a world that the host has entered" \
    "$(difference system_calls 1000 3000 "$bench/bench_engine" count run)"
printf '%-44s %8s\n' "in a world that it has not" \
    "$(difference system_calls 1000 3000 "$bench/bench_engine" count run-outside)"
