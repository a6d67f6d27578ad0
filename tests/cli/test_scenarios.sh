#!/bin/sh
# The scenarios of examples/explore: the broken version of each is found, shrunk to the least and
# replayed; the repaired one is proved, and compared with enumeration.
. "$(dirname "$0")/support.sh"

examples=$RUNDOWN_SOURCE_DIR/examples/explore
bin=$(dirname "$rundown")
# The sanitized build has commands of the same names.
[ "$bin/rundown-cc" = "$rundown_cc" ] || exit 77

sh "$examples/build.sh" "$bin" "$work/broken" || exit 1
sh "$examples/build.sh" "$bin" "$work/repaired" -DREPAIRED || exit 1

# value KEY: of the JSON object in the file out.
value() {
    sed -n 's/.*"'"$1"'": \("[^"]*"\|[^,}]*\).*/\1/p' out
}

has() {
    [ "$(value "$1")" = "$2" ] || fail "expected \"$1\": $2"
}

# A replay ends with the report of the exploration, but for how that has found it.
same_report() {
    printf '%b' "$report" | grep -v '^found in execution' >wanted
    sed -n '/^[^ ]*\.exe.*: '"$verdict"'$/,$p' err | grep -v '^with [0-9]* decision' >found
    cmp -s wanted found || fail "the report is another one: $(diff wanted found)"
}

# broken NAME VERDICT STATUS DECISIONS PREEMPTIONS EXPLORE-ARGUMENT...
broken() {
    cd "$work/broken/$1" || exit 2
    verdict=$2 status_of_run=$3 decisions=$4 preemptions=$5
    shift 5
    expect 1 "$rundown" explore --format json "$@"
    has verdict "\"$verdict\""
    has decisions "$decisions"
    has preemptions "$preemptions"
    string=$(value replay | tr -d '"')
    report=$(sed 's/.*"report": "\(.*\)"}$/\1/; s/\\u000a/\\n/g; s/\\"/"/g' out)
    [ "$preemptions" = 0 ] ||
        expect 0 "$rundown" explore --strategy dfs --preemptions 0 "$@"
    [ "$1" != --choose ] || shift 2
    expect "$status_of_run" "$rundown" replay "$string" "$@"
    same_report
}

repaired() {
    cd "$work/repaired/$1" || exit 2
    shift 5
    expect 0 "$rundown" explore "$@"
    grep -q '^all [0-9]* traces explored, no violation' out || fail "expected a proof"
    [ "$1" != --no-verify ] || shift
    # As many executions as there are orders by plain enumeration; none is begun and given up.
    case $1 in
    --choose) ;;
    *) expect 0 "$bin/../tests/test_explore_every_order" "$@" ;;
    esac
}

count=0
while read -r name arguments; do
    case $name in '#'*) continue ;; esac
    # shellcheck disable=SC2086
    broken "$name" $arguments
    # shellcheck disable=SC2086
    repaired "$name" $arguments
    count=$((count + 1))
done <"$examples/scenarios.txt"
cd "$work" || exit 2
[ "$count" = 10 ] || fail "there are $count scenarios"
finish
