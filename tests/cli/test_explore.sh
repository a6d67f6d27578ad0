#!/bin/sh
# `rundown explore` and `rundown replay`: exit statuses, the text, the JSON object, shards.
. "$(dirname "$0")/support.sh"

build locks.exe "$programs/locks.c"

# value KEY: of the JSON object in the file out.
value() {
    sed -n 's/.*"'"$1"'": \("[^"]*"\|[^,}]*\).*/\1/p' out
}

has() {
    [ "$(value "$1")" = "$2" ] || fail "expected \"$1\": $2"
}

contains() {
    grep -q "$1" out || fail "expected the output to contain: $1"
}

# Found, explained, and repeated with the exit status of the run.
for strategy in dpor dfs random pct portfolio; do
    expect 1 "$rundown" explore --strategy $strategy locks.exe
    silent
    contains 'deadlock'
    contains 'waits: for a critical section owned by thread'
    string=$(sed -n 's/^replay: //p' out)
    expect 1 "$rundown" replay "$string" locks.exe
    grep -q 'deadlock' err || fail "the replay does not deadlock"
    expect 2 "$rundown" replay "$string" locks.exe safe
done
expect 1 "$rundown" explore --format json locks.exe
has verdict '"deadlock"'
has complete false
has strategy '"dpor"'
has seed 0
case $(value replay) in '"rd1.'*) ;; *) fail "no replay string" ;; esac

# Proved, and the same with workers and in shards.
expect 0 "$rundown" explore locks.exe safe
contains 'all 3 traces explored, no violation'
for workers in 1 2; do
    expect 0 "$rundown" explore --workers $workers --format json locks.exe safe
    has verdict '"ok"'
    has complete true
    has executions 3
    has replay null
done
sum=0
for shard in 0 1 2; do
    expect 0 "$rundown" explore --shard $shard/3 --format json locks.exe safe
    has complete true
    sum=$((sum + $(value executions)))
done
[ "$sum" = 3 ] || fail "the shards explored $sum executions"
expect 0 env GTEST_TOTAL_SHARDS=2 GTEST_SHARD_INDEX=1 \
    "$rundown" explore --format json locks.exe safe
has shard 1
expect 0 "$rundown" explore --allow deadlock --format json locks.exe
has complete true
expect 4 "$rundown" explore --depth 5 --format json locks.exe safe
has verdict '"inconclusive"'
expect 0 "$rundown" explore --strategy random --seed 5 --executions 10 --format json locks.exe safe
has executions 10
has seed 5
has complete false

# Bad input.
for bad in '--strategy dpr' '--executions 0' '--executions x' '--shard 2/2' '--shard 1' \
    '--allow nothing' '--format xml' '--workers 0' '--nonsense'; do
    # shellcheck disable=SC2086
    expect 2 "$rundown" explore $bad locks.exe
    [ "$(wc -l <err)" = 1 ] || fail "expected one line of error"
done
expect 2 "$rundown" explore
expect 2 "$rundown" explore missing.exe
expect 2 "$rundown" replay
finish
