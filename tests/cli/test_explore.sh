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
    contains 'waits: for a critical section owned by thread 16 (second)'
    string=$(sed -n 's/^replay: //p' out)
    sed 's/^found in execution .*, with/with/; s/, shrunk to [0-9]*//' out >report.txt
    expect 1 "$rundown" replay "$string" locks.exe
    sed 's/^with [0-9]* decisions* other/with 1 decision other/' report.txt | cmp -s - err ||
        fail "the replay's report is another one: $(diff report.txt err)"
    expect 1 env RUNDOWN_COLOR=always "$rundown" run --replay "$string" --digest locks.exe
    grep -q "$(printf '\033')\\[1;31mlocks.exe: deadlock" err || fail "expected a coloured line"
    expect 1 "$rundown" replay "$string" --no-log locks.exe
    says 'locks.exe: deadlock'
    expect 2 "$rundown" replay "$string" locks.exe safe
done
expect 1 "$rundown" explore --format json locks.exe
has verdict '"deadlock"'
has complete false
has strategy '"dpor"'
has seed 0
case $(value replay) in '"rd1.'*) ;; *) fail "no replay string" ;; esac

# Who shares a lock already waits behind a writer all the same.
build readers.exe "$programs/readers.c"
for strategy in dpor dfs random pct; do
    expect 1 "$rundown" explore --strategy $strategy readers.exe
    contains 'readers.exe: deadlock'
    contains 'for a slim reader/writer lock, shared by 1 owner, behind thread'
    expect 1 "$rundown" replay "$(sed -n 's/^replay: //p' out)" readers.exe
done
expect 0 "$rundown" explore readers.exe safe
contains 'all .* traces explored, no violation'

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
expect 0 "$rundown" explore --allow deadlock --allow crash locks.exe
contains '; allowed: crash, deadlock$'
refuses 'expected assertion, crash, bugcheck, finding, deadlock or leak' \
    "$rundown" explore --allow inconclusive --depth 5 locks.exe safe
expect 4 "$rundown" explore --depth 5 --format json locks.exe safe
has verdict '"inconclusive"'
expect 0 "$rundown" explore --strategy random --seed 5 --executions 10 --format json locks.exe safe
has executions 10
has seed 5
has complete false


# Parts, put together: the result in one piece.
same() {
    [ "$(value "$1")" = "$2" ] || fail "expected \"$1\": $2 of the exploration in one piece"
}
for arguments in '' safe; do
    # shellcheck disable=SC2086
    "$rundown" explore --format json --output whole.json locks.exe $arguments
    whole=$?
    for shard in 0 1 2; do
        # shellcheck disable=SC2086
        "$rundown" explore --shard $shard/3 --format json --output part$shard.json \
            locks.exe $arguments
    done
    expect $whole "$rundown" merge --format json part1.json part2.json part0.json
    cp out merged.json
    for key in verdict complete executions strategy seed replay program depth shard shards \
        found_at found_decisions decisions preemptions explanation report; do
        cp whole.json out
        wanted=$(value $key)
        cp merged.json out
        same $key "$wanted"
    done
    expect $whole "$rundown" merge part0.json part1.json part2.json
    cp out merged.txt
    # shellcheck disable=SC2086
    expect $whole "$rundown" explore locks.exe $arguments
    cmp -s out merged.txt || fail "the text of the merged result differs"
done
refuses 'missing: 1' "$rundown" merge part0.json part2.json
refuses 'twice' "$rundown" merge part0.json part0.json
"$rundown" explore --shard 1/3 --format json --output other.json locks.exe
refuses 'the program differs' "$rundown" merge part0.json other.json part2.json
echo '{"verdict": "ok"}' >broken.json
refuses 'is no result of an exploration' "$rundown" merge broken.json
refuses 'cannot read' "$rundown" merge absent.json
refuses 'no part to merge' "$rundown" merge
refuses "unknown option '--shard'" "$rundown" merge --shard part0.json
for bad in 's/"executions": /"executions": -/' 's/"shards": 3/"shards": 4294967299/' \
    's/"shard": 1/"shard": 1.5/' 's/"allow": ""/"allow": "ok"/'; do
    sed "$bad" part1.json >bad.json
    refuses "'bad.json' is no result of an exploration" "$rundown" merge bad.json
done
"$rundown" explore --shard 1/3 --allow crash --allow leak --format json --output other.json \
    locks.exe safe
grep -q '"allow": "crash,leak"' other.json || fail "nobody is told what is allowed"
refuses 'which violations are allowed differs' "$rundown" merge part0.json other.json part2.json
expect 0 sh -c 'cat "$1" | "$2" merge --format json -' merge whole.json "$rundown"
cp out merged.json
expect 0 "$rundown" merge whole.json --format=json
cmp -s out merged.json || fail "options behind a part differ from those before it"
refuses "cannot read '--format'" "$rundown" merge whole.json -- --format json

# Whoever starts the parts says which one this is; --shard wins.
part() {
    wanted=$1
    shift
    expect 0 env "$@" "$rundown" explore --format json locks.exe safe
    [ "$(value shard)/$(value shards)" = "$wanted" ] || fail "expected shard $wanted"
}
part 1/3 GTEST_SHARD_INDEX=1 GTEST_TOTAL_SHARDS=3 GTEST_SHARD_STATUS_FILE=touched.gtest
part 2/4 TEST_SHARD_INDEX=2 TEST_TOTAL_SHARDS=4 TEST_SHARD_STATUS_FILE=touched.bazel
part 3/4 SLURM_ARRAY_TASK_ID=4 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_COUNT=4
part 2/3 SLURM_ARRAY_TASK_ID=14 SLURM_ARRAY_TASK_MIN=10 SLURM_ARRAY_TASK_STEP=2 \
    SLURM_ARRAY_TASK_COUNT=3
part 2/5 JOB_COMPLETION_INDEX=2 RUNDOWN_SHARDS=5
part 0/1 JOB_COMPLETION_INDEX=2
[ -e touched.gtest ] && [ -e touched.bazel ] || fail "a status file was not touched"
expect 0 env GTEST_SHARD_INDEX=1 GTEST_TOTAL_SHARDS=3 \
    "$rundown" explore --shard 0/2 --format json locks.exe safe
has shards 2
refuses 'GTEST_SHARD_INDEX is not' env GTEST_TOTAL_SHARDS=2 "$rundown" explore locks.exe
refuses 'JOB_COMPLETION_INDEX is not' env RUNDOWN_SHARDS=2 "$rundown" explore locks.exe
refuses 'TEST_SHARD_INDEX=5' env TEST_SHARD_INDEX=5 TEST_TOTAL_SHARDS=2 "$rundown" explore locks.exe
refuses 'cannot write' env GTEST_SHARD_INDEX=0 GTEST_TOTAL_SHARDS=1 \
    GTEST_SHARD_STATUS_FILE=absent/file "$rundown" explore locks.exe

# Options from the environment; those on the command line win.
expect 0 env RUNDOWN_STRATEGY=random RUNDOWN_SEED=9 RUNDOWN_ITERATIONS=7 \
    "$rundown" explore --format json --seed 3 locks.exe safe
has strategy '"random"'
has seed 3
has executions 7
says 'from the environment: RUNDOWN_STRATEGY=random RUNDOWN_SEED=9 RUNDOWN_ITERATIONS=7'
expect 0 env RUNDOWN_SEED=f00000000000000a000000000000000000000000 \
    "$rundown" explore --format json locks.exe safe
has seed 17293822569102704650
expect 0 "$rundown" explore --strategy random --executions 1 --seed f00a00b --format json \
    locks.exe safe
has seed 251699211
refuses 'or the hash of a commit' "$rundown" explore --seed f00 locks.exe
refuses "'RUNDOWN_TIME'" env RUNDOWN_TIME=x "$rundown" explore locks.exe
refuses "RUNDOWN_SEED" env RUNDOWN_SEED=x "$rundown" explore locks.exe
refuses "unknown value for RUNDOWN_STRATEGY" env RUNDOWN_STRATEGY=x "$rundown" explore locks.exe

# The version of Windows; colours, by default only on terminals.
expect 0 env RUNDOWN_PROFILE=win8 "$rundown" explore --format json locks.exe safe
says 'from the environment: RUNDOWN_PROFILE=win8'
refuses 'unknown value for RUNDOWN_PROFILE' env RUNDOWN_PROFILE=x "$rundown" explore locks.exe
refuses "unknown value for --profile" "$rundown" explore --profile x locks.exe
escape=$(printf '\033')
colored() {
    case $(head -n 1 out) in "$escape["*"$escape[m") ;; *) fail "expected a coloured line" ;; esac
}
plain() {
    case $(cat out err) in *"$escape"*) fail "expected no colours" ;; esac
}
expect 1 env RUNDOWN_COLOR=always NO_COLOR=1 "$rundown" explore locks.exe
colored
expect 0 env RUNDOWN_COLOR=always "$rundown" explore locks.exe safe
colored
expect 1 env RUNDOWN_COLOR=never "$rundown" explore locks.exe
plain
expect 1 env RUNDOWN_COLOR=auto "$rundown" explore locks.exe
plain
refuses "RUNDOWN_COLOR is 'purple'; expected always, never or auto" \
    env RUNDOWN_COLOR=purple "$rundown" explore locks.exe
long=$(printf '%01000d' 0)
expect 2 env RUNDOWN_REPLAY="$long" "$rundown" run locks.exe
[ "$(wc -c <err)" -lt 600 ] || fail "printed the whole string"
expect 1 "$rundown" explore locks.exe
plain

# A run takes the replay string, the trace and the version from there, too; options win.
string=$("$rundown" explore --format json locks.exe | sed 's/.*"replay": "\([^"]*\)".*/\1/')
expect 1 env RUNDOWN_REPLAY="$string" RUNDOWN_TRACE=trace.txt "$rundown" run locks.exe
says "from the environment: RUNDOWN_REPLAY=$string"
grep -q 'waits' trace.txt || fail "expected a trace"
expect 1 env RUNDOWN_TRACE=1 "$rundown" replay "$string" locks.exe
grep -q 'waits' err || fail "expected a trace on standard error"
expect 7 env RUNDOWN_REPLAY=x RUNDOWN_TRACE= "$rundown" run --seed 1 locks.exe safe
silent
refuses 'unknown value for RUNDOWN_PROFILE' env RUNDOWN_PROFILE=x "$rundown" run locks.exe safe

# What is open besides the order of threads.
expect 0 "$rundown" explore --choose timeout,waiter --format json locks.exe safe
has choose '"timeout,waiter"'
expect 0 "$rundown" explore --strategy random --choose all --allow assertion --format json \
    locks.exe safe
has choose '"timeout,waiter,apc,allocation,termination,id"'

# For machines: one root, the reason in the message, no file when it cannot be complete.
expect 1 "$rundown" explore --format junit --output report.xml locks.exe
[ ! -s out ] || fail "wrote to standard output besides --output"
cp report.xml out
[ "$(grep -c '<testsuites ' out)" = 1 ] || fail "expected one root"
contains '<failure type="deadlock" message="deadlock: .*; replay: rd1'
contains '<property name="seed" value="0"/>'
expect 0 "$rundown" explore --format junit locks.exe safe
contains 'failures="0" errors="0"'
expect 2 "$rundown" explore --format junit missing.exe
contains '<error type="error"'
expect 1 "$rundown" explore --format tap locks.exe
contains '^TAP version 14$'
contains '^1..1$'
contains '^not ok 1 - locks.exe: deadlock$'
contains "^  replay: 'rd1"
expect 0 "$rundown" explore --format tap locks.exe safe
contains '^ok 1 - locks.exe safe: ok$'
"$rundown" explore --format tap locks.exe '# SKIP' >out
contains '^ok 1 - locks.exe "\\# SKIP": ok$'
if command -v python3 >/dev/null; then
    for arguments in '' safe; do
        # shellcheck disable=SC2086
        "$rundown" explore --format junit locks.exe $arguments >out 2>err
        python3 -c 'import sys, xml.etree.ElementTree as t; t.parse(sys.argv[1])' out ||
            fail "no XML"
        # shellcheck disable=SC2086
        "$rundown" explore --format json locks.exe $arguments >out 2>err
        python3 -c 'import json, sys; json.load(open(sys.argv[1]))' out || fail "no JSON"
    done
    # What is no UTF-8, and what no document may hold, is somebody's argument, too.
    odd=$(printf 'a\377\300\200\303\251\357\277\277\360\237\230\200\001b')
    "$rundown" explore --format junit locks.exe "$odd" >out 2>err
    python3 -c 'import sys, xml.etree.ElementTree as t; t.parse(sys.argv[1])' out || fail "no XML"
    "$rundown" explore --format json locks.exe "$odd" >out 2>err
    python3 -c 'import json, sys; json.load(open(sys.argv[1], encoding="utf-8"))' out ||
        fail "no JSON"
fi

# Shrinking what somebody has found otherwise.
expect 1 "$rundown" explore --strategy random --no-shrink --format json locks.exe
long=$(value replay | tr -d '"')
expect 1 "$rundown" shrink "$long" --format json locks.exe
has verdict '"deadlock"'
has decisions 1
expect 2 "$rundown" shrink "$long" locks.exe safe
contains diverged
refuses 'no replay string' "$rundown" shrink
refuses 'no replay string, which comes first' "$rundown" shrink --format json rd1.q200x app.exe
refuses "comes first; 'rundown help replay'" "$rundown" replay --trace rd1.q200x app.exe
refuses 'no program' "$rundown" shrink "$long"
refuses 'it does not begin with rd1' "$rundown" shrink x locks.exe
refuses "unknown option '--strategy'" "$rundown" shrink "$long" --strategy dfs locks.exe

# Drivers: what they leave behind, and what stops the machine.
build leak.sys --driver -w -DNAME='"leak"' -DWAY_leak "$programs/driver.c"
build wait.sys --driver -w -DNAME='"wait"' -DWAY_wait_at_unload "$programs/driver.c"
build crash.sys --driver -w -DNAME='"crash"' -DWAY_crash_at_exit "$programs/driver.c"
expect 1 "$rundown" explore --driver leak.sys --format json locks.exe safe
has verdict '"leak"'
has program '"locks.exe safe (leak.sys)"'
string=$(value replay | tr -d '"')
expect 1 "$rundown" shrink "$string" --driver leak.sys --format json locks.exe safe
has verdict '"leak"'
expect 0 "$rundown" explore --driver leak.sys --allow leak --format json locks.exe safe
has complete true
expect 1 "$rundown" explore --driver leak.sys --verify locks.exe safe
contains '^replay it with --verify --driver leak.sys, too$'
expect 1 "$rundown" explore --driver wait.sys --format json locks.exe safe
has verdict '"deadlock"'
string=$(value replay | tr -d '"')
expect 1 "$rundown" replay "$string" --driver wait.sys locks.exe safe
expect 1 "$rundown" explore --driver crash.sys --format json locks.exe safe
has verdict '"bugcheck"'
expect 2 "$rundown" explore --driver absent.sys locks.exe
expect 0 "$rundown" explore --verify --format json locks.exe safe
has verdict '"ok"'

# Interrupted, and gone on with: the same counts.
expect 0 "$rundown" explore --executions 1 --checkpoint going --format json locks.exe safe
has complete false
grep -q '^rundown checkpoint 4$' going || fail "no checkpoint was written"
expect 0 "$rundown" explore --checkpoint going --format json locks.exe safe
has complete true
has executions 3
[ ! -e going ] || fail "the checkpoint is left"
expect 0 "$rundown" explore --executions 1 --checkpoint going locks.exe safe
expect 2 "$rundown" explore --checkpoint going locks.exe
says "it says 'program locks.exe safe', this one is 'program locks.exe'"
echo x >>going
expect 2 "$rundown" explore --checkpoint going locks.exe safe
says 'checksum'
expect 0 "$rundown" explore --executions 1 --checkpoint again locks.exe safe
"$rundown" explore --shard 0/2 --format json --output part0.json locks.exe safe
cp locks.exe kept.exe
build locks.exe -DOTHER=1 -g "$programs/locks.c"
expect 2 "$rundown" explore --checkpoint again locks.exe safe
says "belongs to another exploration: it says 'build "
"$rundown" explore --shard 1/2 --format json --output part1.json locks.exe safe
refuses 'the build of the program or of a driver' "$rundown" merge part0.json part1.json
mv kept.exe locks.exe
expect 2 "$rundown" explore --allow deadlock --checkpoint again locks.exe safe
says "it says 'allow 0', this one is 'allow 32'"
expect 2 "$rundown" explore --verify --checkpoint again locks.exe safe
says "it says 'build "
expect 0 "$rundown" explore --checkpoint again locks.exe safe
refuses 'cannot write the checkpoint' "$rundown" explore --checkpoint absent/file locks.exe safe
refuses 'cannot write the checkpoint' "$rundown" explore --checkpoint '' locks.exe safe

# Several strategies at once: one worker if there is a checkpoint, the executions of all shards.
refuses "'portfolio' with a checkpoint has one worker" "$rundown" explore --strategy portfolio \
    --checkpoint several --workers 2 locks.exe safe
expect 0 "$rundown" explore --strategy portfolio --executions 2 --checkpoint several \
    locks.exe safe
expect 0 "$rundown" explore --strategy portfolio --checkpoint several --format json locks.exe safe
has complete true
build many.exe "$programs/orders.c"
for strategy in portfolio random; do
    sum=0
    for shard in 0 1 2; do
        expect 0 "$rundown" explore --strategy $strategy --executions 50 --shard $shard/3 \
            --format json many.exe
        sum=$((sum + $(value executions)))
    done
    [ $sum = 50 ] || fail "three shards have explored $sum executions instead of 50"
done

# Bounds that a strategy does not know.
expect 0 "$rundown" explore --strategy dfs --preemptions 1 --format json locks.exe safe
has preemptions_limit 1
expect 1 "$rundown" explore --strategy pct --pct-depth 2 --executions 1000 locks.exe
refuses '--preemptions bounds --strategy dfs, not dpor' "$rundown" explore --preemptions 1 locks.exe
refuses '--pct-depth is for --strategy pct, not dpor' "$rundown" explore --pct-depth 2 locks.exe

# One violation, however many workers have come across one.
for workers in 1 2; do
    expect 1 "$rundown" explore --strategy dfs --preemptions 2 --workers $workers --format json \
        locks.exe
    has violations 1
done

for strategy in random pct; do
    expect 1 "$rundown" explore --strategy $strategy --format json locks.exe
    alone=$(value found_at)
    has executions "$alone"
    expect 1 "$rundown" explore --strategy $strategy --workers 3 --format json locks.exe
    has executions "$alone"
    has found_at "$alone"
    has violations 1
done

# Bad input.
for bad in '--strategy dpr' '--executions 0' '--executions x' '--shard 2/2' '--shard 1' \
    '--allow nothing' '--format xml' '--workers 0' '--nonsense' '--choose x' '--choose timeout,' \
    '--output .' '--output absent/file' '--seed -1' '--time 0' '--depth 0' '--preemptions x'; do
    # shellcheck disable=SC2086
    expect 2 "$rundown" explore $bad locks.exe
    [ "$(wc -l <err)" = 1 ] || fail "expected one line of error"
done
expect 2 "$rundown" explore
expect 2 "$rundown" explore missing.exe
expect 2 "$rundown" replay
finish
