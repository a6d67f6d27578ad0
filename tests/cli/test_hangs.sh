#!/bin/sh
# Programs that never end: blocked for ever, spinning without and with scheduling points.
. "$(dirname "$0")/support.sh"

build hang.exe "$programs/hang.c"
build faults.exe -w "$programs/faults.c"

hang() {
    expect "$1" "$rundown" run --carrier "$carrier" hang.exe "$2"
    says 'deadlock: no thread can ever run again and no timeout is pending'
}

seconds() {
    date +%s
}

for carrier in $carriers; do
    hang 1 mutexes
    wrote hanging
    says "  hang.exe (process 8) thread 12 waits in user mode for Mutant#7, owned by thread 16"
    says "  hang.exe (process 8) thread 16 waits in user mode for" \
        "Mutant#6 'first', owned by thread 12"
    [ "$(wc -l <err)" = 3 ] || fail "expected a line for each thread"
    hang 1 event
    says "thread 12 waits in user mode for Event#6 'never'"
    hang 1 section
    says 'thread 12 waits: for a critical section owned by thread 16, which has ended (section)'
    # The log is the same whatever names a compiler keeps.
    expect 1 "$rundown" run --trace=trace.jsonl --format jsonl hang.exe section
    grep -q 'owned by thread 16, which has ended' trace.jsonl || fail "no deadlock in the log"
    ! grep -q '(section)' trace.jsonl || fail "a variable's name is in the log"
    hang 1 itself
    says '(thread 12)'
    hang 1 suspended
    says 'thread 12 is suspended (count 1) and nobody resumes it'
    hang 1 join
    says 'thread 12 waits in user mode for all of Thread#8 (thread 16), Thread#9 (thread 20)'
    says 'thread 20 waits in user mode for Mutant#6, owned by thread 16'
    hang 1 child
    says "thread 12 waits in user mode for Process#6 (process 16 'hang.exe')"
    says "hang.exe (process 16) thread 20 waits in user mode for Event#10 'never'"
    # The program itself has ended: its exit code counts.
    hang 7 daemon
    says "process 8 'hang.exe' itself has ended; its exit code is passed on"

    began=$(seconds)
    expect 4 "$rundown" run --carrier "$carrier" --timeout 1 --trace=trace.txt --print-replay \
        faults.exe spin worker
    [ $(($(seconds) - began)) -le 3 ] || fail "--timeout 1 took $(($(seconds) - began)) s"
    says "thread 16 of process 8 'faults.exe' has computed for 1 s without calling Windows"
    says '--timeout SECONDS changes this limit'
    says 'replay: rd1.'
    grep -q 'thread 16 is created' trace.txt || fail "no trace of the run that was stopped"
    expect 4 "$rundown" run --carrier "$carrier" --max-steps 100000 faults.exe spin-in-calls
    one_line
    says 'stopped after 100000 scheduling points'
    says '--max-steps NUMBER changes this limit'
done

# Waiting for input is no spinning.
build words.exe "$programs/words.c"
{
    sleep 2
    echo line
} | expect 0 "$rundown" run --timeout 1 words.exe lines
wrote '1 lines'
finish
