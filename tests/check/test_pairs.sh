#!/bin/sh
# Every check of the catalogue has a pair: pairs/ID.c with BROKEN breaks its rule and is caught with
# that ID; without BROKEN nothing is found. pairs/pair.h says how they are written.
. "$(dirname "$0")/../cli/support.sh"

pairs=$tests/check/pairs
build app.exe "$pairs/app.c"

# What there is beside the broken or repaired part, as the file's #ifdefs say.
build_pair() { # SOURCE FLAGS
    program=app.exe drivers= profile= flags=
    if grep -q 'profile: ' "$1"; then
        profile="--profile $(sed -n 's/.*profile: \([a-z0-9]*\).*/\1/p' "$1")"
    fi
    if grep -q 'flags: ' "$1"; then
        flags=$(sed -n 's/.*flags: \([^ ]*\).*/\1/p' "$1")
    fi
    if grep -q '^#ifdef DLL' "$1"; then
        build pair.dll -shared "$2" -DDLL "$1"
    fi
    if grep -q '^#ifdef PROGRAM' "$1"; then
        build program.exe ${flags:+"$flags"} "$2" -DPROGRAM "$1"
        program=program.exe
    fi
    if grep -q 'include "pair.h"' "$1"; then
        build pair.sys --driver ${flags:+"$flags"} "$2" "$1"
        drivers='--driver pair.sys'
    fi
}

run_pair() { # ID CARRIER
    command="$1 $3 ($2)"
    # shellcheck disable=SC2086
    timeout 20 "$rundown" run --verify --carrier "$2" $profile $drivers "$program" >out 2>err
    status=$?
}

"$rundown" checks | awk '{print $1, $2}' >checks
while read -r id severity; do
    source=$pairs/$id.c
    command=$id
    if [ ! -f "$source" ]; then
        fail "has no pair $source"
        continue
    fi
    for carrier in $carriers; do
        build_pair "$source" -DBROKEN
        run_pair "$id" "$carrier" broken
        grep -q "rundown explain $id\$" err || fail "is not caught (exit status $status)"
        case $severity in stop) wanted=3 ;; finding) wanted=1 ;; *) wanted=0 ;; esac
        [ "$status" = "$wanted" ] || fail "ends with $status"
        notes=$(grep -c '^rundown: note: ' err)
        [ "$severity" = note ] && notes=$((notes - 1))
        [ "$(grep -c 'rundown explain' err)" = $((notes + 1)) ] || fail "not only that is found"
        build_pair "$source" -DREPAIRED
        run_pair "$id" "$carrier" repaired
        [ "$status" = 0 ] || fail "ends with $status"
        [ ! -s err ] || fail "something is found"
        passed=$((passed + 2))
    done
done <checks

for source in "$pairs"/[A-Z]-*.c; do
    id=$(basename "$source" .c)
    command=$id
    grep -q "^$id " checks || fail "the catalogue has no such check"
done
finish
