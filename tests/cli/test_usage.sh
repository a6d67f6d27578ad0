#!/bin/sh
# Wrong usage of `rundown`: one clear line on standard error, exit status 2, nothing written. And
# what needs no program to run: help, version, rules, exports.

rundown=${RUNDOWN:?set RUNDOWN to the command to test}
[ -x "$rundown" ] || exit 77
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
passed=0 failed=0

fail() {
    failed=$((failed + 1))
    echo "FAILED: rundown $command: $*"
    sed 's/^/    stdout: /' out
    sed 's/^/    stderr: /' err
}

# run EXIT-STATUS ARGUMENT...: runs the command, leaves its output in the files out and err.
run() {
    expected=$1
    shift
    command=$*
    "$rundown" "$@" >out 2>err </dev/null
    status=$?
    if [ $status = "$expected" ]; then
        passed=$((passed + 1))
    else
        fail "exit status $status instead of $expected"
    fi
}

# refuses TEXT ARGUMENT...: one line that holds TEXT, exit status 2, nothing else.
refuses() {
    text=$1
    shift
    run 2 "$@"
    [ ! -s out ] || fail "wrote to standard output"
    [ "$(wc -l <err)" = 1 ] || fail "expected one line"
    grep -qF -e "$text" err || fail "expected '$text'"
}

prints() {
    grep -qe "$1" out || fail "expected a line like '$1'"
}

echo "no image" >text.exe

refuses "unknown command 'rnu'; did you mean 'run'?" rnu
refuses "unknown option '--hlep'; did you mean '--help'?" --hlep
refuses "unknown command 'frobnicate'; 'rundown --help'" frobnicate
refuses "unknown command 'rn'; did you mean 'run'?" help rn
run 2
[ ! -s out ] || fail "wrote to standard output"

refuses "no program to run" run
refuses "no program to run" run --trace
refuses "no program to run" run --
refuses "unknown option '--sede'; did you mean '--seed'?" run --sede 1 text.exe
refuses "value for --conflict: 'veto-wakl'; did you mean 'veto-walk'?" run \
    --conflict veto-wakl=stop text.exe
refuses "expected continue or stop" run --conflict veto-walk=perhaps text.exe
refuses "expected continue or stop" run --conflict veto-walk text.exe
refuses "--notify-max" run --notify-max 65 text.exe
refuses "--user" run --user sleeps text.exe
refuses "unknown option '-t'; 'rundown help run'" run -t text.exe
refuses "'--seed' needs a value" run --seed
refuses "'--seed' needs a whole number" run --seed 1x text.exe
refuses "'--seed' needs a whole number" run --seed=-1 text.exe
refuses "--seed and --replay exclude each other" run --seed 1 --replay x text.exe
refuses "'--timeout' needs a whole number" run --timeout forever text.exe
refuses "'--max-steps' needs a whole number" run --max-steps=0 text.exe
refuses "did you mean 'jsonl'?" run --format json text.exe
refuses "expected text, jsonl or perfetto" run --format xml text.exe
refuses "expected fiber or pthread" run --carrier thread text.exe
refuses "expected observed or documented" run --dialect klingon text.exe
refuses "unknown value for --profile: 'dos'" run --profile dos text.exe
refuses "'--console' takes no value" run --console=yes text.exe
refuses "'--trace=' needs the name of a file" run --trace= text.exe
refuses "cannot write the trace to 'no/such/file'" run --trace=no/such/file text.exe
refuses "cannot write the trace to '.': Is a directory" run --trace=. text.exe
refuses "cannot read the program 'missing.exe': No such file" run missing.exe
refuses "cannot read the program '.': Is a directory" run .
refuses "cannot read the driver 'missing.sys': No such file" run --driver missing.sys text.exe
refuses "text.exe" run --trace=trace.json --format perfetto text.exe
[ ! -e trace.json ] || fail "left a trace"
refuses "text.exe" run -- text.exe

refuses "unknown rule 'PROC-7'; did you mean 'PROC-07'?" rules PROC-7
refuses "unknown value for --format: 'xml'" rules --format xml
refuses "unknown option '--formt'; did you mean '--format'?" rules --formt tsv
refuses "unexpected argument 'x'" exports x

run 0 --version
prints '^rundown [0-9][0-9.]*$'
for words in --help -h help; do
    run 0 $words
    prints 'usage: rundown COMMAND'
done
for name in run rules exports; do
    run 0 help $name
    prints "^usage: rundown $name"
    run 0 $name --help
    prints "^usage: rundown $name"
done

tab=$(printf '\t')
run 0 rules
prints '^PROC-07  *[a-z]*  A process object'
prints '^[0-9]* rules: [0-9]* held, [0-9]* open, [0-9]* out$'
run 0 rules --format tsv
prints "^PROC-07$tab[a-z]*${tab}A process object [^$tab]*$tab"
run 0 rules PROC-07 --format=tsv
[ "$(wc -l <out)" = 1 ] || fail "expected one line"
run 0 rules PROC-07
prints 'source: '
run 0 rules --format json
if command -v python3 >/dev/null; then
    python3 -m json.tool <out >/dev/null || fail "no valid JSON"
fi
run 0 exports
prints '^ExitProcess$'
prints '^TerminateThread$'

ls -A >left
[ "$(sort left | tr '\n' ' ')" = "err left out text.exe " ] || fail "left files behind: $(cat left)"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
