#!/bin/sh
# docs/conformance.md: no rule that it lists as held has lost its tests since, it knows the rules
# of today's catalogue, and tools/conformance writes it from results alone.
. "$(dirname "$0")/../cli/support.sh"

tab=$(printf '\t')
page=$RUNDOWN_SOURCE_DIR/docs/conformance.md
write_again="run tools/conformance"

# listed FILE: ID, state and title of each rule of the page, separated by tabs.
listed() {
    awk -F ' [|] ' -v OFS='\t' '/^[|] [-A-Z]*-[0-9]/ { print substr($1, 3), $3, $4 }' "$1" |
        sed 's/\\|/|/g; s/\\\*/*/g; s/&lt;/</g'
}

expect 0 "$rundown" rules --format tsv
cut -f 1-3 out | sort >catalogue
listed "$page" | sort >known
command="docs/conformance.md"
cut -f 1,3 catalogue >wanted
cut -f 1,3 known | diff - wanted >difference ||
    fail "is not about today's rules, $write_again: $(head -n 5 difference)"

# Rules that lost their tests, or are out by now.
awk -F '\t' 'NR == FNR { state[$1] = $2; next }
    $2 == "held" && state[$1] != "held" { print $1 " is " state[$1] }' catalogue known >lost
[ ! -s lost ] || fail "lists as held what no test cites any more: $(cat lost)"
[ "$(awk -F '\t' '$2 == "failed"' known | wc -l)" = 0 ] || fail "was written from a failed run"

# The page of a run that never was: one test passed on both carriers, one on one of them only.
cat >results.xml <<'XML'
<testcase name="rules.proc.fiber" status="run">
[       OK ] PROC_09__EXIT_08__others_are_dead_when_dlls_detach
[       OK ] PROC_14__PROC_16__HNDL_41__a_child_outlives_its_parent
<testcase name="rules.proc.pthread" status="run">
[       OK ] PROC_09__EXIT_08__others_are_dead_when_dlls_detach
[  FAILED  ] PROC_14__PROC_16__HNDL_41__a_child_outlives_its_parent
<testcase name="oracle.golden" status="run">
ok 1 - oracle/dll_detach_sees_dead_threads
not ok 2 - oracle/child_outlives_parent
XML
for name in one two; do
    RUNDOWN=$rundown expect 0 "$RUNDOWN_SOURCE_DIR/tools/conformance" \
        --junit results.xml --output $name.md
done
cmp -s one.md two.md || fail "two runs differ"
listed one.md >states
grep -q "^PROC-16${tab}failed$tab" states || fail "PROC-16 has a failed test"
grep -q "^PROC-01${tab}not run$tab" states || fail "the tests of PROC-01 did not run"
[ "$(grep -c 'others_are_dead_when_dlls_detach. passed' one.md)" = 2 ] || fail "a test has passed"
[ "$(grep -c 'oracle/child_outlives_parent. failed' one.md)" -gt 0 ] || fail "a program has failed"
finish
