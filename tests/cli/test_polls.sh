#!/bin/sh
# Programs that poll, explored: whoever looks again and again, and yields, waits in the end.
. "$(dirname "$0")/support.sh"

build polls.exe "$programs/polls.c"

has() {
    grep -q "\"$1\": *$2[,}]" out || fail "expected \"$1\": $2"
}

# Time passes for whoever sleeps, although somebody could run: in a run, and in every order.
for how in flag wait code plain; do
    expect 0 "$rundown" run polls.exe $how later
    expect 0 "$rundown" explore --format json polls.exe $how later
    has complete true
    for strategy in random pct round-robin; do
        expect 0 "$rundown" explore --strategy $strategy --executions 50 polls.exe $how later
    done
done

# A loop that polls has as many orders as it has rounds in vain; all are explored.
for how in flag wait code; do
    expect 0 "$rundown" explore --format json polls.exe $how
    has complete true
done
expect 0 "$rundown" explore --format json polls.exe peterson
has complete true
expect 0 "$rundown" explore --strategy pct --executions 500 polls.exe peterson
has polled true
expect 0 "$rundown" explore --workers 2 polls.exe peterson
grep -q 'traces explored, no violation; bounds: .*, four looks of a thread' out || fail "no bound"
for shard in 0 1; do
    expect 0 "$rundown" explore --shard $shard/2 --format json --output part$shard \
        polls.exe peterson
done
expect 0 "$rundown" merge --format json part0 part1
has complete true
has polled true

# A mistake among them is found, and the assertion that fails is named.
for strategy in dpor random pct portfolio; do
    expect 1 "$rundown" explore --strategy $strategy --format json polls.exe peterson hasty
    has verdict '"assertion"'
    grep -q 'thread [12][0-9]*: assertion failed: inside == 1 (.*polls.c, line [0-9]*)' out ||
        fail "the assertion is not named"
done

# Nobody will ever set it: said at once, not when the depth is reached.
for strategy in dpor dfs random; do
    expect 4 "$rundown" explore --strategy $strategy --executions 3 --format json polls.exe never
    has verdict '"inconclusive"'
    grep -q 'livelock: nobody can go on but threads that poll' out || fail "no livelock"
    grep -q 'thread 12 yields, looks whether anything has changed, and yields again' out ||
        fail "nobody is named"
done
string=$(sed -n 's/.*"replay": "\([^"]*\)".*/\1/p' out)
expect 4 "$rundown" replay "$string" polls.exe never
says 'livelock'

# Threads that give way to each other, and each time change something: orders without end.
expect 0 "$rundown" explore --executions 400 polls.exe polite
grep -q 'the longest execution had 1[0-9]* decisions; if they grow and grow' out ||
    fail "no hint at a livelock"
expect 4 "$rundown" explore --depth 1000 --executions 400 polls.exe polite
grep -q 'the same again and again' out || fail "the cycle is not shown"
expect 4 "$rundown" explore --strategy pct --no-shrink --executions 40 polls.exe polite
grep -q '^replay: [0-9]* characters are more than a command takes' out || fail "a replay string"
[ "$(wc -c <out)" -lt 20000 ] || fail "the report is too long"
