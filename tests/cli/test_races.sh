#!/bin/sh
# Data races of programs and drivers built with -fsanitize=thread.
. "$(dirname "$0")/support.sh"

shows() {
    grep -qF -e "$1" out || fail "expected '$1' in the report"
}

# race WAY TEXT...: some order of it is a race, of which the report says all that.
race() {
    way=$1
    shift
    expect 1 "$rundown" explore --verify --format json races.exe "$way"
    shows '"verdict": "finding"'
    string=$(sed -n 's/.*"replay": "\([^"]*\)".*/\1/p' out)
    for text in 'data race: thread' 'nothing puts one before the other' 'U-RACE' "$@"; do
        shows "$text"
    done
    for carrier in $carriers; do
        expect 1 "$rundown" replay "$string" --verify --carrier "$carrier" \
            "--trace=trace.$carrier" races.exe "$way"
        says 'U-RACE: data race: thread'
    done
    [ ! -e trace.fiber ] || cmp -s trace.fiber trace.pthread || fail "logs of carriers differ"
}

no_race() {
    expect 0 "$rundown" explore --verify --format json "$@"
    shows '"complete": true'
}

for compiler in gcc clang; do
    command -v $compiler >/dev/null || continue
    for level in -O0 -O2; do
        "$rundown_cc" --cc=$compiler $level -fsanitize=thread -o races.exe \
            "$programs/races.c" || exit 1
        race write-read 'count: ' 'written in ' 'read in ' ' 4 bytes that thread '
        race write-write 'count: written in '
        race write-add ' atomically'
        race read-add ' atomically'
        race read-exchange ' atomically'
        race flag-plain ' as volatile' 'flag: '
        race copy-write 'pair'
        race assign-write 'pair'
        race fill-write 'pair'
        race lock-forgotten 'count: '
        race too-late 'count: '
        race view
        for way in read-read locked bytes flag atomic read-failing-exchange mine silent siblings; do
            no_race races.exe $way
        done
        # Without the verifier, only what comes of a race is a violation.
        expect 0 "$rundown" explore races.exe write-write
    done
    "$rundown_cc" --cc=$compiler -O1 -fsanitize=thread -o memory.exe "$programs/memory.c" || exit 1
    for way in locked enter pass local nothing; do
        no_race memory.exe $way
    done
    expect 1 "$rundown" explore --verify memory.exe hasty
    shows 'data race'
    shows '  data: '
done

# Other reports, other strategies.
race write-write
for format in junit tap; do
    expect 1 "$rundown" explore --verify --format $format races.exe write-write
    shows 'data race: thread'
    shows 'count: written in '
done
for strategy in dfs random pct portfolio; do
    expect 1 "$rundown" explore --verify --strategy $strategy races.exe write-write
    shows 'count: written in '
done
expect 1 "$rundown" explore --verify --workers 2 races.exe write-write
shows 'count: written in '
# The log knows no names: it is the same if the file has none.
for strip in '' -s; do
    build races.exe -fsanitize=thread $strip "$programs/races.c"
    expect 1 "$rundown" explore --verify --format json races.exe write-write
    string=$(sed -n 's/.*"replay": "\([^"]*\)".*/\1/p' out)
    expect 1 "$rundown" replay "$string" --verify "--trace=trace$strip" races.exe write-write
done
cmp -s trace trace-s || fail "the log depends on names"

for compiler in g++ clang++; do
    command -v $compiler >/dev/null && [ -x "$rundown_cxx" ] || continue
    for source in races memory; do
        "$rundown_cxx" --cc=$compiler -O1 -fsanitize=thread -o $source.exe \
            "$programs/$source.cpp" || exit 1
        no_race $source.exe
    done
    expect 1 "$rundown" explore --verify races.exe hasty
    shows 'data race'
    shows ' in produce by thread '
    shows ' in consume by thread '
done

# Drivers, which the verifier watches without being asked to.
for compiler in gcc clang; do
    command -v $compiler >/dev/null || continue
    "$rundown_cc" --cc=$compiler --driver -fsanitize=thread -o memory.sys \
        "$programs/memory_driver.c" || exit 1
    "$rundown_cc" --cc=$compiler --driver -DREPAIRED -fsanitize=thread -o repaired.sys \
        "$programs/memory_driver.c" || exit 1
    build two.exe "$programs/two_children.c"
    expect 1 "$rundown" explore --driver memory.sys two.exe
    shows 'data race: thread'
    shows 'alive: '
    shows 'K-RACE'
    expect 0 "$rundown" explore --driver repaired.sys two.exe
done

# What the examples teach is free of races. One of them ends a thread, which is a finding, too.
sh "$RUNDOWN_SOURCE_DIR/examples/explore/build.sh" "$(dirname "$rundown_cc")" "$work/examples" \
    -DREPAIRED -fsanitize=thread || exit 1
grep -v '^#' "$RUNDOWN_SOURCE_DIR/examples/explore/scenarios.txt" >scenarios
while read -r name _ _ _ _ arguments; do
    cd "$work/examples/$name" || exit 2
    ends=0
    [ "$name" != abandoned_mutex ] || ends=1
    # shellcheck disable=SC2086
    expect $ends "$rundown" explore --verify $arguments
    ! grep -q 'data race' out || fail "a data race"
done <"$work/scenarios"

finish
