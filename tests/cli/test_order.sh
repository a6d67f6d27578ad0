#!/bin/sh
# Decisions: --seed, --replay, and the same run on every carrier.
. "$(dirname "$0")/support.sh"

cat >racy.c <<'END'
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>

static char order[200];
static LONG count;

static DWORD WINAPI work(void *name) {
    for (int i = 0; i < 5; i++)
        order[InterlockedIncrement(&count) - 1] = (char)('a' + (int)(INT_PTR)name);
    return 0;
}

int main(int argc, char **argv) {
    HANDLE threads[8];
    int number = argc > 1 ? atoi(argv[1]) : 4;
    for (int i = 0; i < number; i++)
        threads[i] = CreateThread(NULL, 0, work, (void *)(INT_PTR)i, 0, NULL);
    WaitForMultipleObjects(number, threads, TRUE, INFINITE);
    puts(order);
    return 11;
}
END
build racy.exe racy.c
build words.exe "$programs/words.c"

run() {
    expected=$1
    shift
    expect "$expected" "$rundown" run --carrier "$carrier" "$@"
}

# The digest of a run with these options, and its output.
digest() {
    run 11 --digest "$@" racy.exe
    grep -q '^digest: [0-9a-f]\{16\}$' err || fail "no digest"
    echo "$(cat out) $(sed -n 's/^digest: //p' err)"
}

for carrier in $carriers; do
    digest >default
    digest --seed 1 >one
    digest --seed 1 >one.again
    digest --seed 2 >two
    digest --seed 18446744073709551615 >last
    cmp -s one one.again || fail "the same seed gives another run"
    cmp -s one two && cmp -s two last && fail "three seeds give the same run"
    cmp -s one default && fail "a seed gives the default run"
    run 11 --seed 2 --print-replay racy.exe
    sed -n 's/^replay: //p' err >string
    mv err line
    digest --replay "$(cat string)" >replayed
    cmp -s two replayed || fail "a replay gives another run"
    digest --replay @line >replayed
    cmp -s two replayed || fail "a replay from a file gives another run"
    run 11 --replay "$(cat string)" --print-replay racy.exe
    [ "$(sed -n 's/^replay: //p' err)" = "$(cat string)" ] || fail "a replay prints another string"
    cat default one two >all.$carrier

    # Strings that do not fit.
    run 2 --replay "$(cat string)" --trace=trace.txt racy.exe 2
    [ ! -s out ] || fail "went on although the replay does not fit"
    one_line
    says 'diverged at decision'
    run 2 --replay "$(cat string)" words.exe code 0
    one_line
    says 'the replay string does not fit'
    other=$("$rundown" run --print-replay words.exe code 0 2>&1 | sed 's/.*: //')
    run 2 --replay "$other" racy.exe
    one_line
    says 'the replay string does not fit'
done
[ "$carriers" = pthread ] || cmp -s all.fiber all.pthread || fail "the carriers differ"

carrier=pthread
for bad in '' x rd1 rd1.q200.n1.k0000 rd1.q0.n1.k0000 rd2.q200.n1.k4dc5 "$(cat string)x" \
    "$(sed 's/s1/s2/' string)" "$(sed 's/.k....$//' string)" '@' @missing @/dev/null; do
    refuses 'replay string' "$rundown" run --replay "$bad" racy.exe
done
finish
