#!/bin/sh
# run.sh: what it makes of programs that do the same, or not, under Wine and in Rundown. The
# compilers, Wine and Rundown are scripts here, so nothing of it needs Wine.
. "$(dirname "$0")/../cli/support.sh"

mkdir -p tools prefix oracle/cases
cp "$tests/oracle/run.sh" oracle
PATH=$work/tools:$PATH
ORACLE_WINEPREFIX=$work/prefix # as Wine has left it: nothing is to be set up
RUNDOWN=$work/tools/rundown RUNDOWN_CC=$work/tools/rundown-cc
RUNS=$work/runs PLAN='' ANSWER=right
export PATH ORACLE_WINEPREFIX RUNDOWN RUNDOWN_CC RUNS PLAN ANSWER
: >prefix/system.reg
echo '"Graphics"="null"' >prefix/user.reg
echo '/* rules: - */' >oracle/cases/one.c
printf 'right\nexit: 0\n' >oracle/cases/one.expected

# script NAME: makes a tool of what comes from standard input.
script() {
    { echo '#!/bin/sh' && cat; } >"tools/$1"
    chmod +x "tools/$1"
}

script wineserver </dev/null
script rundown-cc <<'EOF'
while [ "$1" != -o ]; do shift; done
: >"$2"
EOF
cp tools/rundown-cc tools/x86_64-w64-mingw32-gcc
# Wine's own programs do nothing. The case's program says the next word of PLAN, or ends as what
# timeout has ended; and it leaves a file behind, which the next run must not find.
script wine64 <<'EOF'
case $1 in ./*) ;; *) exit 0 ;; esac
[ ! -e left_behind ] || echo "somebody was here"
: >left_behind
echo run >>"$RUNS"
word=$(echo "$PLAN" | cut -d ' ' -f "$(wc -l <"$RUNS")")
[ "$word" != late ] || exit 124
echo "$word"
EOF
script rundown <<'EOF'
echo "$ANSWER"
EOF

# oracle STATUS PLAN [option ...]: it ends so, and Wine runs once for each word of the plan.
oracle() {
    ends=$1 PLAN=$2
    shift 2
    : >runs
    expect "$ends" sh oracle/run.sh "$@"
    [ "$(wc -l <runs)" = "$(echo "$PLAN" | wc -w)" ] ||
        fail "Wine had $(wc -l <runs) runs; expected: $PLAN"
}

# tells LINE ...
tells() {
    for line; do
        grep -qxF -e "$line" out || fail "expected the line '$line'"
    done
}

oracle 0 "right"
wrote "1..1" "ok 1 - oracle/one" "1 passed, 0 failed"

# Wine alone differs, once, or does not end in time.
oracle 0 "wrong right right"
tells "# wine: one differed in 1 of 3 runs" "#   -right" "#   +wrong" "ok 1 - oracle/one" \
    "1 passed, 0 failed"
! grep -q "somebody was here" out || fail "runs in the same directory"
oracle 0 "late right right"
tells "# wine: one differed in 1 of 3 runs" "#   +exit: 124" "ok 1 - oracle/one"

# It differs again.
for plan in "wrong other" "wrong right other" "late late"; do
    oracle 1 "$plan"
    tells "not ok 1 - oracle/one" "0 passed, 1 failed"
    ! grep -q "differed in" out || fail "passes over what differed twice"
done

# Rundown differs: then it does not matter what Wine does next.
ANSWER=bad
oracle 1 "wrong"
tells "not ok 1 - oracle/one" "  # +wrong" "  # +bad"
oracle 1 "right"
tells "not ok 1 - oracle/one" "  # +bad"
oracle 1 "" --golden
oracle 0 "right" --wine-only
ANSWER=right
oracle 0 "" --golden

# A developer sees each difference.
oracle 1 "wrong" --wine-only
tells "not ok 1 - oracle/one" "  # +wrong"

# What the next run does not repeat is no record.
oracle 1 "right other" --bless
tells "not ok 1 - oracle/one" "  # +other"
rm oracle/cases/one.expected
oracle 1 "right"
tells "  # no recorded output $work/oracle/cases/one.expected; use --bless"
oracle 0 "right right" --bless
oracle 0 "right"
finish
