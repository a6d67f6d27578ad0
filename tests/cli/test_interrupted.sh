#!/bin/sh
# Explorations that somebody ends before they are done: what is known is said, what is done is kept.
. "$(dirname "$0")/support.sh"

build orders.exe "$programs/orders.c"

value() {
    grep -o "\"$1\": [^,}]*" out | cut -d ' ' -f 2-
}
has() {
    [ "$(value "$1")" = "$2" ] || fail "expected \"$1\": $2, not $(value "$1")"
}

# interrupt SIGNAL STATUS ARGUMENT...: sends it as soon as the exploration is under way.
interrupt() {
    signal=$1 expected=$2
    shift 2
    command="explore $* ($signal)"
    rm -f going
    "$rundown" explore --checkpoint going "$@" orders.exe >out 2>err &
    process=$!
    sleep 0.3
    kill -s "$signal" $process
    wait $process
    status=$?
    [ $status = "$expected" ] || fail "exit status $status instead of $expected"
    passed=$((passed + 1))
}
# A shell that is no terminal lets what it starts in the background ignore SIGINT.
for workers in 1 2; do
    interrupt TERM 143 --workers $workers --format json
    has verdict '"ok"'
    has complete false
    has stopped '"interrupt"'
    [ "$(value executions)" -gt 0 ] || fail "nothing was explored"
    grep -q '^program orders.exe$' going || fail "no checkpoint was written"
    interrupt HUP 129 --workers $workers
    grep -q 'no violation; not everything was explored: interrupted$' out || fail "no report"
done
expect 0 "$rundown" explore --executions 5 --format json orders.exe
has stopped '"executions"'
expect 0 "$rundown" explore --time 1 --format json orders.exe
has stopped '"time"'

command="explore --workers 2 orders.exe (KILL)"
# An execution that does not come to its end, alone and among workers.
for workers in 1 2; do
    expect 4 env RUNDOWN_TIMEOUT=1 \
        "$rundown" explore --workers $workers --format json orders.exe spin
    has verdict '"inconclusive"'
    has stopped '"hang"'
    has found_at 2
    grep -q 'thread 16 of process 8 has computed for 1 s without calling Windows' out ||
        fail "no explanation"
    string=$(value replay | tr -d '"')
done
expect 4 "$rundown" replay "$string" --timeout 1 orders.exe spin
expect 4 "$rundown" shrink "$string" --timeout 1 --format json orders.exe spin
has stopped '"hang"'
has replay "\"$string\""

# Workers do not outlive whoever started them.
"$rundown" explore --workers 2 orders.exe >out 2>err &
process=$!
sleep 0.3
workers=$(ps -o pid= --ppid $process 2>/dev/null)
kill -s KILL $process
wait $process 2>/dev/null
sleep 0.2
for worker in $workers; do
    case $(ps -o stat= -p "$worker") in
    '' | Z*) ;;
    *) fail "a worker goes on for ever" && kill "$worker" ;;
    esac
done
finish
