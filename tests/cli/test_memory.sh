#!/bin/sh
# Programs built with -fsanitize=thread: every access to memory is a step of its own.
. "$(dirname "$0")/support.sh"

# complete WAY: no order breaks it, and every one was tried; breaks WAY MESSAGE: some order does.
complete() {
    expect 0 "$rundown" explore --format json memory.exe "$@"
    grep -q '"complete": *true' out || fail "not everything was explored"
}

shows() {
    grep -q "$1" out || fail "expected '$1' in the report"
}

breaks() {
    for strategy in $strategies; do
        expect 1 "$rundown" explore --strategy $strategy --executions 20000 memory.exe "$1"
        shows "assertion failed: $2 (.*memory.c, line [0-9]*)"
    done
}

strategies=dpor
for compiler in gcc clang; do
    command -v $compiler >/dev/null || continue
    for level in -O0 -O2; do
        "$rundown_cc" --cc=$compiler $level -fsanitize=thread -o memory.exe \
            "$programs/memory.c" || exit 1
        expect 0 "$rundown" run memory.exe
        complete
        complete locked
        complete enter
        complete pass
        complete local
        breaks plain 'counter == 2'
        shows 'changes counter$'
        breaks tear 'copy.first == copy.second'
        breaks hasty 'data == 7'
        # Threads that share nothing add no order of their own.
        expect 0 "$rundown" explore memory.exe nothing
        shows 'all 1 trace explored'
    done
    "$rundown_cc" --cc=$compiler --driver -fsanitize=thread -o memory.sys \
        "$programs/memory_driver.c" || exit 1
    "$rundown_cc" --cc=$compiler --driver -DREPAIRED -fsanitize=thread -o repaired.sys \
        "$programs/memory_driver.c" || exit 1
done

# Compiled and linked by two commands.
"$rundown_cc" -fsanitize=thread -c -o memory.o "$programs/memory.c" || exit 1
"$rundown_cc" -fsanitize=thread -o memory.exe memory.o || exit 1
strategies='dfs random'
breaks plain 'counter == 2'

# Without the option, what a thread does between two calls of Windows is one step.
# Whoever watches is told.
command -v script >/dev/null && script -qec "'$rundown' explore memory.exe locked" seen >/dev/null
build memory.exe "$programs/memory.c"
complete plain
silent
if command -v script >/dev/null; then
    ! grep -q 'plain variables' seen || fail "a note on what was seen"
    script -qec "'$rundown' explore memory.exe plain" seen >/dev/null
    grep -q 'plain variables and atomics were not looked at' seen || fail "no note"
    for strategy in dfs portfolio; do # variables that threads talk through are part of these
        script -qec "'$rundown' explore --strategy $strategy memory.exe plain" seen >/dev/null
        grep -q 'calls of Windows was one step; each access is one if' seen || fail "no note"
        ! grep -q 'not looked at' seen || fail "a note that is wrong"
    done
    script -qec "'$rundown' explore --strategy random memory.exe plain" seen >/dev/null
    ! grep -q 'plain variables' seen || fail "a note without a proof"
fi

for compiler in g++ clang++; do
    command -v $compiler >/dev/null && [ -x "$rundown_cxx" ] || continue
    "$rundown_cxx" --cc=$compiler -fsanitize=thread -o memory.exe "$programs/memory.cpp" || exit 1
    complete
    expect 1 "$rundown" explore memory.exe in-two-steps
    shows 'assertion failed: sum == 8'
    shows 'changes sum$'
done

# Two programs that end at once. That nothing orders what the driver does is told elsewhere.
build two.exe "$programs/two_children.c"
expect 1 "$rundown" explore --no-verify --driver memory.sys two.exe
shows 'memory.sys calls KeBugCheckEx'
expect 0 "$rundown" explore --driver repaired.sys two.exe

finish
