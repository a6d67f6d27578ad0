#!/bin/sh
# `rundown run` as a filter: what goes into a program and what comes out of it, its exit code, the
# trace and where it is written.
. "$(dirname "$0")/support.sh"

build words.exe "$programs/words.c"
build wide.exe -municode "$programs/wide.c"
build session.exe "$programs/session.c"
build window.exe -mwindows -municode -DWINDOWS "$programs/wide.c"

run() {
    expected=$1
    shift
    expect "$expected" "$rundown" run --carrier "$carrier" "$@"
}

exit_codes() {
    while read -r code status; do
        run "$status" words.exe code "$code"
        case $code in
        256 | 259 | 300) says "): its lowest 8 bits, $status, are the exit status" ;;
        *) silent ;;
        esac
        wrote_nothing
    done <<'END'
0 0
1 1
127 127
128 128
255 255
256 0
259 3
300 44
0xC0000005 5
4294967295 255
END
    run 7 words.exe child code 7
}

# Nobody looks for what was printed and stays in a buffer: not if there is a way to see it.
unflushed() {
    build unflushed.exe "$programs/unflushed.c"
    run 1 unflushed.exe deadlock
    wrote_nothing
    says "12 bytes that were printed are not shown"
    run 1 --console unflushed.exe deadlock
    wrote 'not flushed'
    run 5 unflushed.exe crash
    says "12 bytes that were printed are not shown"
    run 4 --timeout 1 unflushed.exe loop
    says "12 bytes that were printed are not shown"
    run 0 unflushed.exe end
    silent
}

wrote_nothing() {
    [ ! -s out ] || fail "wrote to standard output"
}

# The user goes back to a program that objects to a logoff, or ends it with 0x40010004.
logoff() {
    run 9 session.exe
    run 9 --user cancels session.exe
    run 4 --user insists session.exe
}

arguments() {
    run 0 words.exe arguments a 'b c' '' 'q"uo"te' 'back\slash' 'end\' 'sp end\' '\\"' '*' '%PATH%'
    wrote '[a] 61' '[b c] 622063' '[] ' '[q"uo"te] 7122756F227465' \
        '[back\slash] 6261636B5C736C617368' '[end\] 656E645C' '[sp end\] 737020656E645C' \
        '[\\"] 5C5C22' '[*] 2A' '[%PATH%] 255041544825' '10 words, 42 bytes'
    run 0 words.exe arguments 'two
lines' "$(printf 'tab\tbed')" 'äö€'
    grep -q '74776F0A6C696E6573$' out || fail "a line break is lost"
    grep -q '74616209626564$' out || fail "a tab is lost"
    grep -q 'C3A4C3B6E282AC$' out || fail "UTF-8 does not arrive"
    run 0 words.exe arguments $(seq 1 5000)
    wrote '5000 words, 18893 bytes'
    run 0 words.exe arguments "$(head -c 100000 /dev/zero | tr '\0' x)"
    wrote '1 words, 100000 bytes'
    run 20 wide.exe 'äö€😀' 'b c'
    wrote '00E4 00F6 20AC D83D DE00 ' '0062 0020 0063 '
    run 21 window.exe 'äö' 'b c'
    wrote '1 0 10' '00E4 00F6 0020 0022 0062 0020 0063 0022 '
    run 0 words.exe arguments --seed -x
    wrote '[--seed] 2D2D73656564' '[-x] 2D78' '2 words, 8 bytes'
}

# The host's names of files need not be those of Windows.
names() {
    for name in app 'with space.exe' APP.EXE 'semi;colon.exe' 'qu"ote.exe' x.y .exe ä.exe; do
        cp words.exe "$name"
        run 5 "$name" code 5
        run 5 "$work/$name" code 5
        rm "$name"
    done
    cp words.exe app
    ln -s app link
    run 5 link code 5
    rm app link
    expect 7 sh -c 'cd / && "$0" run "$1/words.exe" child code 7' "$rundown" "$work"
}

environment() {
    run 0 words.exe child environment FROM_PARENT
    wrote '9 [inherited] [inherited]'
    # The host's variables would make runs differ.
    (FROM_HOST=x && export FROM_HOST && "$rundown" run words.exe environment FROM_HOST >out)
    wrote '0 [] [(none)]'
}

input_and_output() {
    printf 'one\ntwo\nthree' | run 0 words.exe copy
    printf 'one\ntwo\nthree' | cmp -s - out || fail "input is not copied"
    seq 1 50000 | run 0 words.exe lines
    wrote '50000 lines'
    run 0 words.exe lines </dev/null
    wrote '0 lines'
    run 0 words.exe lines <&-
    wrote '0 lines'
    run 0 words.exe much 10
    [ "$(wc -c <out)" = 10485760 ] || fail "output is lost"
    run 0 words.exe both
    wrote 'to stdout'
    says 'to stderr'
    says 'to the debugger'
}

# A reader that goes away, a disk that is full: an error, no dead host and no endless run.
broken_output() {
    build faults.exe "$programs/faults.c" -w
    command="run faults.exe print-for-ever | head -1"
    { "$rundown" run --carrier "$carrier" faults.exe print-for-ever 2>err; echo $? >status; } |
        head -1 >out
    wrote before
    [ "$(cat status)" = 5 ] || fail "exit status $(cat status) instead of 5"
    says 'cannot write what the program writes: Broken pipe'
    one_line
    if [ -c /dev/full ]; then
        "$rundown" run --carrier "$carrier" words.exe much 1 >/dev/full 2>err
        [ $? = 5 ] || fail "a full disk is no error"
        says 'No space left on device'
    fi
    "$rundown" run --carrier "$carrier" words.exe both >&- 2>err || fail "fails without stdout"
    "$rundown" run --carrier "$carrier" words.exe both >out 2>&- || fail "fails without stderr"
}

traces() {
    run 5 --trace words.exe code 5
    wrote_nothing
    says 'ExitProcess(5) begins'
    run 5 --trace=trace.txt words.exe code 5
    wrote_nothing
    silent
    grep -q 'ExitProcess(5) begins' trace.txt || fail "no trace in the file"
    run 0 --trace=- words.exe both
    grep -q '^to stdout' out && grep -q 'nothing is left to run' out || fail "no trace on stdout"
    run 5 --trace=trace.jsonl --format jsonl words.exe code 5
    head -1 trace.jsonl | grep -q '"schema"' || fail "no schema"
    [ "$(tail -n +2 trace.jsonl | grep -cv '^{"seq":[0-9]*,.*}$')" = 0 ] ||
        fail "a line is no event"
    run 7 --trace=trace.json --format perfetto words.exe child code 7
    grep -q process_name trace.json && grep -q thread_name trace.json || fail "nothing is named"
    if command -v python3 >/dev/null; then
        python3 "$tests/report/check_perfetto.py" trace.json >out || fail "no Perfetto file"
        python3 -c 'import json, sys
for line in sys.stdin:
    json.loads(line)' <trace.jsonl 2>out || fail "a line is no JSON"
    fi
    run 5 --max-events 10 --trace=trace.txt words.exe code 5
    says 'the log is full: of what happened after its 10 events nothing is traced'
    echo old >kept.txt
    run 2 --trace=kept.txt words.dll
    [ "$(cat kept.txt)" = old ] || fail "an old trace is lost though nothing ran"
}

for carrier in $carriers; do
    exit_codes
    unflushed
    logoff
    arguments
    names
    environment
    input_and_output
    broken_output
    traces
done
ls -A | grep -F . | grep -v -x -e '.*\.exe' -e 'trace\.[a-z]*' -e kept.txt &&
    fail "left files behind"
finish
