# What the scripts of this folder share; they read it with ". support.sh".
#
# Every check runs a command, whose standard output and standard error it leaves in the files out
# and err, and looks at them. A failed check says which command it was; the script goes on.

: "${RUNDOWN:?set RUNDOWN to the rundown to test}"
: "${RUNDOWN_CC:?set RUNDOWN_CC to the rundown-cc to test}"
: "${RUNDOWN_CXX:?set RUNDOWN_CXX to the rundown-c++ to test}"
: "${RUNDOWN_SOURCE_DIR:?set RUNDOWN_SOURCE_DIR to the top of the sources}"
[ -x "$RUNDOWN" ] && [ -x "$RUNDOWN_CC" ] || exit 77

rundown=$RUNDOWN
# For rundown-cc itself, these variables name the host's compiler.
rundown_cc=$RUNDOWN_CC rundown_cxx=$RUNDOWN_CXX
unset RUNDOWN_CC RUNDOWN_CXX
tests=$RUNDOWN_SOURCE_DIR/tests
programs=$tests/cli/programs
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
passed=0 failed=0

fail() {
    failed=$((failed + 1))
    echo "FAILED: $command: $*"
    head -c 2000 out | sed 's/^/    stdout: /'
    head -c 2000 err | sed 's/^/    stderr: /'
}

# expect STATUS COMMAND...: runs it with its standard input; it must end with that status.
expect() {
    expected=$1
    shift
    command=$*
    "$@" >out 2>err
    status=$?
    if [ "$status" = "$expected" ]; then
        passed=$((passed + 1))
    else
        fail "exit status $status instead of $expected"
    fi
}

# build OUTPUT ARGUMENT...: with rundown-cc; without the program there is nothing to test.
build() {
    output=$1
    shift
    "$rundown_cc" -o "$output" "$@" || exit 1
}

wrote() {
    printf '%s\n' "$@" >wanted
    cmp -s wanted out || fail "expected this output: $*"
}

silent() {
    [ ! -s err ] || fail "expected nothing on standard error"
}

one_line() {
    [ "$(wc -l <err)" = 1 ] || fail "expected one line on standard error"
}

says() {
    grep -qF -e "$*" err || fail "expected '$*' on standard error"
}

# refuses TEXT COMMAND...: status 2, nothing on standard output, one line that holds TEXT.
refuses() {
    text=$1
    shift
    expect 2 "$@"
    [ ! -s out ] || fail "wrote to standard output"
    one_line
    says "$text"
}

# The carriers that this build has.
carriers=pthread
if "$rundown" run --carrier fiber /dev/null 2>&1 | grep -qv 'no fiber carrier'; then
    carriers="fiber pthread"
fi

# A sanitizer in the command itself wants memory, and stacks, of its own.
sanitized() {
    ldd "$rundown" 2>/dev/null | grep -q 'lib[atu]*san' ||
        nm "$rundown" 2>/dev/null | grep -q __asan_
}

finish() {
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ]
    exit
}
