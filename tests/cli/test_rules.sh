#!/bin/sh
# `rundown rules` and `rundown exports`: every line has its parts, all formats say the same.
. "$(dirname "$0")/support.sh"

tab=$(printf '\t')
expect 0 "$rundown" rules --format tsv
cp out rules.tsv
command='rules --format tsv'
[ "$(awk -F '\t' 'NF != 4' rules.tsv | wc -l)" = 0 ] ||
    fail "a line has not four fields"
[ "$(awk -F '\t' '$1 !~ /^[A-Z]+(-[A-Z]+)?-[0-9]+[a-z]?$/' rules.tsv | wc -l)" = 0 ] ||
    fail "a bad ID"
[ "$(cut -f 2 rules.tsv | sort -u | grep -cvx -e held -e open -e out)" = 0 ] || fail "a bad state"
[ "$(awk -F '\t' '$3 == ""' rules.tsv | wc -l)" = 0 ] || fail "a rule without text"
[ "$(awk -F '\t' '$2 == "held" && $4 == ""' rules.tsv | wc -l)" = 0 ] ||
    fail "a rule is held without a test"
[ "$(cut -f 1 rules.tsv | sort | uniq -d | wc -l)" = 0 ] || fail "an ID occurs twice"
catalogue=$RUNDOWN_SOURCE_DIR/src/core/rules.tsv
[ "$(wc -l <rules.tsv)" = "$(grep -vc -e '^#' -e '^$' "$catalogue")" ] || fail "rules are missing"

count=$(wc -l <rules.tsv)
expect 0 "$rundown" rules
[ "$(tail -1 out | cut -d ' ' -f 1)" = "$count" ] || fail "counts other than $count rules"
expect 0 "$rundown" rules --format json
if command -v python3 >/dev/null; then
    python3 -c 'import json, sys; print(len(json.load(sys.stdin)))' <out >number || fail "no JSON"
    [ "$(cat number)" = "$count" ] || fail "JSON has $(cat number) rules instead of $count"
fi
for id in $(cut -f 1 rules.tsv | sed -n '1p;50p;100p;$p'); do
    expect 0 "$rundown" rules "$id" --format tsv
    grep -q "^$id$tab" out || fail "another rule"
    [ "$(wc -l <out)" = 1 ] || fail "expected one line"
done
expect 0 "$rundown" rules PROC-09
grep -q '^    tests: .*test_proc.c:PROC_09__' out || fail "no tests"
expect 0 "$rundown" rules NTFY-P --format tsv
grep '^NTFY-P-' rules.tsv | cmp -s - out || fail "not the rules of the group"
expect 0 "$rundown" rules
[ "$(grep -c '^ *test_proc.c:PROC_09__EXIT_08__' out)" = 2 ] || fail "tests without their rules"
refuses "unknown rule 'PROC-9999'" "$rundown" rules PROC-9999
refuses "unknown rule 'NTFY'" "$rundown" rules NTFY
refuses "unknown rule ''" "$rundown" rules ''

expect 0 "$rundown" exports
[ "$(sort out | uniq -d | wc -l)" = 0 ] || fail "a name occurs twice"
for name in ExitProcess TerminateThread CreateProcessW KeWaitForSingleObject printf; do
    grep -qx $name out || fail "$name is missing"
done

# Every rule that a trace cites is in the catalogue.
build words.exe "$programs/words.c"
expect 0 "$rundown" run --trace=trace.jsonl --format jsonl words.exe child code 0
sed -n 's/.*"rule":"\([^"]*\)".*/\1/p' trace.jsonl | sort -u >cited
cut -f 1 rules.tsv | sort >known
[ "$(comm -23 cited known | wc -l)" = 0 ] || fail "unknown rules: $(comm -23 cited known)"

# A reader that has seen enough.
"$rundown" rules 2>err | head -1 >out
command='rules | head -1'
[ "$(wc -l <out)" = 1 ] || fail "expected one line"
finish
