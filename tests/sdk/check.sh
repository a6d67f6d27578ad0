#!/bin/sh
# Compiles everything here against include/rundown/sdk: with gcc and clang, as C and C++, each
# header alone and twice, and the library's view of the headers. Prints what fails; nothing is run.
#
#   tests/sdk/check.sh            every compiler that is there
#   tests/sdk/check.sh gcc        only that one (gcc or clang)
set -u
here=$(cd "$(dirname "$0")" && pwd)
include=$(cd "$here/../../include" && pwd)
sdk=$include/rundown/sdk
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
checks=0
spellings=$work/letter-case
cmake -DSDK="$sdk" -DOUTPUT="$spellings" -P "$include/../cmake/letter_case.cmake" || exit 1

# As rundown-cc compiles: the SDK in front, then the compiler's own headers, nothing of the host.
common="-fPIC -fshort-wchar -fms-extensions -nostdinc -include $sdk/rd_predef.h
    -Ulinux -U__linux -U__linux__ -U__gnu_linux__ -Uunix -U__unix -U__unix__
    -Wall -Wno-format -Wno-unknown-pragmas -Wno-multichar -Wno-unused -Werror -fsyntax-only"
strict="-std=c11 -Wall -Wextra -Wshadow -Wstrict-prototypes -Werror -fsyntax-only -I$include"

run() {
    name=$1
    shift
    checks=$((checks + 1))
    if ! "$@" >"$work/log" 2>&1; then
        failures=$((failures + 1))
        echo "FAILED $name: $*"
        head -n 12 "$work/log"
    fi
}

# The directories of the host's C++ library, of those that the compiler searches.
cxx_directories() {
    "$1" -E -x c++ -v /dev/null 2>&1 | sed -n '/^#include </,/^End/s/^ \(.*\/c++.*\)/-isystem \1/p'
}

check_c() {
    run "$2" "$cc" $common $clang_only "-std=${3:-gnu11}" -isystem "$sdk" -isystem "$own" \
        -isystem "$spellings" "$1"
}

check_cxx() {
    for standard in ${3:-c++17 c++20}; do
        run "$2" "$cxx" $common $clang_only -std=$standard -isystem "$sdk/cxx" $cxx_dirs \
            -isystem "$sdk" -isystem "$own" -isystem "$spellings" -x c++ "$1"
    done
}

check_compiler() {
    cc=$1
    cxx=$2
    own=$("$cc" -print-file-name=include)
    cxx_dirs=$(cxx_directories "$cxx")
    clang_only=
    case $cc in clang*) clang_only="-Wno-four-char-constants -Wno-ignored-pragma-intrinsic" ;; esac

    for header in "$sdk"/*.h "$sdk"/sys/*.h; do
        name=${header#"$sdk"/}
        [ "$name" = rd_predef.h ] && continue
        printf '#include <%s>\n' "$name" "$name" >"$work/alone.c"
        echo 'typedef int nothing_else;' >>"$work/alone.c"
        check_c "$work/alone.c" "$cc <$name>"
        check_cxx "$work/alone.c" "$cxx <$name>" c++17
    done
    # Every spelling leads to its header, and the headers can be told apart where case is nothing.
    ls "$spellings" | sed 's/.*/#include <&>/' >"$work/spellings.c"
    grep -v -i -e '<nt' -e '<wd' -e '<flt' -e '<bugcodes' "$work/spellings.c" >"$work/user.c"
    grep -i -e '<nt[di]' -e '<wd' -e '<flt' "$work/spellings.c" >"$work/kernel.c"
    run "equal names" test -z "$(ls "$sdk" | tr A-Z a-z | sort | uniq -d)"
    for standard in c90 c99 gnu11; do
        check_c "$work/user.c" "$cc $standard spellings" $standard
        check_c "$work/kernel.c" "$cc $standard spellings of kernel headers" $standard
    done
    for source in "$here"/*.c "$here"/programs/*.c "$here"/drivers/*.c; do
        check_c "$source" "$cc"
    done
    for mode in language programs/worker_exit; do
        { echo "#define UNICODE"; echo "#define _UNICODE"; cat "$here/$mode.c"; } >"$work/unicode.c"
        check_c "$work/unicode.c" "$cc UNICODE"
    done
    for source in "$here"/layout_user.c "$here"/layout_kernel.c "$here"/language.c \
        "$here"/*.cpp "$here"/programs/*.cpp "$here"/drivers/*.cpp; do
        check_cxx "$source" "$cxx"
    done
    for source in "$here"/library/*.c; do
        run library "$cc" $strict "$source"
        run library "$cc" $strict -fshort-wchar "$source"
    done
}

for compiler in ${1:-gcc clang}; do
    case $compiler in gcc) cxx_name=g++ ;; *) cxx_name=clang++ ;; esac
    if command -v "$compiler" >/dev/null && command -v "$cxx_name" >/dev/null; then
        check_compiler "$compiler" "$cxx_name"
    else
        echo "skipped: $compiler is not installed"
    fi
done
echo "sdk: $checks checks, $failures failed"
[ "$failures" -eq 0 ]
