#!/bin/sh
# Runs the oracle: small Win32 programs whose behaviour must be the same under Wine and in Rundown.
# See README.md beside this file for the layout of a case.

usage() {
    cat <<'EOF'
usage: run.sh [options] [case ...]
  --rundown-cc PATH  compiler driver to use (default: $RUNDOWN_CC, else rundown-cc from PATH)
  --rundown PATH     command to use (default: $RUNDOWN, else rundown from PATH)
  --golden           no Wine: compare `rundown run` with the recorded output
  --wine-only        no Rundown: compare Wine with the recorded output
  --bless            no Rundown: record Wine's output
  --keep             keep the build directory and print its name
  --list             print the names of the cases
Without an option both sides run: Wine is compared with the record, Rundown with Windows' behaviour.
If Rundown is right and Wine differs, Wine has two more runs; if they do not, the case has passed.
Environment: ORACLE_WINEPREFIX names a Wine prefix to keep between runs.
             ORACLE_TIMEOUT is the limit for one program in seconds (default 60).
Exit status: 0 all passed, 1 a case failed, 2 wrong usage, 77 a needed tool is missing.
EOF
}

die() {
    echo "run.sh: $*" >&2
    exit 2
}

skip() {
    echo "1..0 # SKIP $*"
    exit 77
}

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 2
cases_dir=$here/cases
rundown_cc=${RUNDOWN_CC:-rundown-cc}
rundown=${RUNDOWN:-rundown}
use_wine=1 use_rundown=1 bless=0 keep=0 list=0 names=
limit=${ORACLE_TIMEOUT:-60}

while [ $# -gt 0 ]; do
    case $1 in
    --rundown-cc | --rundown)
        [ $# -ge 2 ] || die "$1 needs a path after it"
        if [ "$1" = --rundown ]; then rundown=$2; else rundown_cc=$2; fi
        shift
        ;;
    --rundown-cc=*) rundown_cc=${1#*=} ;;
    --rundown=*) rundown=${1#*=} ;;
    --golden) use_wine=0 ;;
    --wine-only) use_rundown=0 ;;
    --bless) use_rundown=0 bless=1 ;;
    --keep) keep=1 ;;
    --list) list=1 ;;
    -h | --help) usage && exit 0 ;;
    -*) die "unknown option '$1'; run.sh --help lists the options" ;;
    *) names="$names $1" ;;
    esac
    shift
done
[ $use_wine = 1 ] || [ $use_rundown = 1 ] || die "--golden excludes --wine-only and --bless"

# A case is a file NAME.c; NAME.OTHER.dll.c and NAME.OTHER.exe.c belong to it.
if [ -z "$names" ]; then
    for source in "$cases_dir"/*.c; do
        name=$(basename "$source" .c)
        case $name in *.*) ;; *) names="$names $name" ;; esac
    done
fi
for name in $names; do
    [ -f "$cases_dir/$name.c" ] || die "no case '$name'; run.sh --list shows the names"
done
if [ $list = 1 ]; then
    printf '%s\n' $names
    exit 0
fi

if [ $use_wine = 1 ]; then
    mingw=x86_64-w64-mingw32-gcc
    command -v $mingw >/dev/null ||
        skip "$mingw is missing (apt install gcc-mingw-w64-x86-64)"
    wine=$(command -v wine64 || command -v wine) || skip "wine is missing (apt install wine64)"
    wineserver=$(command -v wineserver || command -v wineserver64 ||
        ls /usr/lib/wine/wineserver64) ||
        skip "wineserver is missing (apt install wine64)"
    # Each process of Wine wants one page at a fixed address. Where the kernel places the heap at
    # random, it lies there in one start of two thousand, and that process ends at once.
    fixed="setarch $(uname -m) -R"
    $fixed true 2>/dev/null || fixed=
fi
if [ $use_rundown = 1 ]; then
    command -v "$rundown_cc" >/dev/null ||
        die "no rundown-cc at '$rundown_cc'; use --rundown-cc PATH"
    command -v "$rundown" >/dev/null || die "no rundown at '$rundown'; use --rundown PATH"
    rundown_cc=$(realpath "$(command -v "$rundown_cc")")
    rundown=$(realpath "$(command -v "$rundown")")
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/rundown-oracle.XXXXXX") || exit 2
LC_ALL=C
export LC_ALL

# quietly COMMAND: Wine's own programs hang now and then, too.
quietly() {
    timeout -k 5 300 $fixed "$@" </dev/null >/dev/null 2>&1
}

start_wine() {
    WINEPREFIX=${ORACLE_WINEPREFIX:-$work/prefix}
    WINEARCH=win64 WINEDEBUG=-all DISPLAY=
    # No Gecko, no Mono, and no debugger that prints a backtrace when a case crashes on purpose.
    WINEDLLOVERRIDES="mscoree,mshtml=;winedbg.exe=d"
    export WINEPREFIX WINEARCH WINEDEBUG DISPLAY WINEDLLOVERRIDES
    mkdir -p "$WINEPREFIX"
    start_server
    # Windows without a display: the null driver keeps them and draws nothing.
    grep -qs '"Graphics"="null"' "$WINEPREFIX/user.reg" || {
        quietly "$wine" reg add 'HKCU\Software\Wine\Drivers' /v Graphics /d null /f
        restart_server
    }
}

# One server for all cases, which has to be there before any program: a server that a program starts
# ends with it, and the next program may meet it while it ends. Starting one, and what Wine starts
# with it, takes long, and is not to count against the limit of the first case.
start_server() {
    "$wineserver" -p
    quietly "$wine" wineboot
}

# A program that did not do as it should may have left processes and named objects behind.
restart_server() {
    "$wineserver" -k
    start_server
}

finish() {
    [ $use_wine = 0 ] || "$wineserver" -k 2>/dev/null
    if [ $keep = 1 ]; then echo "# kept: $work"; else rm -rf "$work"; fi
}
trap finish EXIT
trap 'exit 130' INT TERM

# tag FILE NAME: the words after "NAME:" in the first comment of FILE.
tag() {
    sed -n "1,/\*\//s/^[ /*]*$2:[ ]*//p" "$1" | sed 's/\*\/.*//' | tr '\n' ' '
}

# MinGW must not put its own printf in the place of the Windows one.
# compile SIDE OUTPUT SOURCE [option ...]
compile() {
    side=$1 output=$2 source=$3
    shift 3
    case $side in
    wine)
        $mingw -std=gnu11 -O1 -Wall -Werror -DWIN32_LEAN_AND_MEAN -D__USE_MINGW_ANSI_STDIO=0 \
            "$@" -o "$output" "$source" $imports
        ;;
    rundown) "$rundown_cc" -std=gnu11 -O1 "$@" -o "$output" "$source" $imports ;;
    esac
}

# build SIDE NAME: builds the case in the current directory. A DLL is built when those it imports
# from exist; several passes therefore find any order.
build() {
    todo=$(cd "$cases_dir" && ls "$2".*.dll.c 2>/dev/null)
    while [ -n "$todo" ]; do
        later="" progress=0
        for file in $todo; do
            imports=$(tag "$cases_dir/$file" links)
            dll=${file#"$2".} dll=${dll%.c} ready=1
            for import in $imports; do [ -f "$import" ] || ready=0; done
            if [ $ready = 1 ]; then
                compile "$1" "$dll" "$cases_dir/$file" -shared || return 1
                progress=1
            else
                later="$later $file"
            fi
        done
        [ $progress = 1 ] || { echo "DLLs import from each other:$later" && return 1; }
        todo=$later
    done
    for file in "$2.c" $(cd "$cases_dir" && ls "$2".*.exe.c 2>/dev/null); do
        imports=$(tag "$cases_dir/$file" links)
        exe=${file#"$2".} exe=${exe%.c} exe=${exe%.exe}
        [ "$file" != "$2.c" ] || exe=$2
        compile "$1" "$exe.exe" "$cases_dir/$file" || return 1
    done
    # "absent:" names DLLs that were there at link time and are missing at run time.
    for dll in $(tag "$cases_dir/$2.c" absent); do rm -f "$dll"; done
}

under() { # SIDE NAME
    case $1 in
    wine) timeout -k 5 "$limit" $fixed "$wine" "./$2.exe" </dev/null >stdout 2>stderr ;;
    rundown) timeout -k 5 "$limit" "$rundown" run "./$2.exe" </dev/null >stdout 2>stderr ;;
    esac
}

# run SIDE NAME: leaves stdout and the exit code in the file "output" of the current directory.
run() {
    under "$1" "$2"
    status=$?
    { tr -d '\r' <stdout && echo "exit: $status"; } >output
    [ "$1" = rundown ] || [ $status != 124 ] || restart_server
}

# prepare NAME: builds one case for the wanted sides; a note tells which of them failed.
prepare() {
    for side in wine rundown; do
        [ $side = wine ] && wanted=$use_wine || wanted=$use_rundown
        [ $wanted = 1 ] || continue
        mkdir -p "$work/$side/$1" && cd "$work/$side/$1" || exit 2
        build $side "$1" >build.log 2>&1 || : >"$work/$side/$1.failed"
    done
}

# attempt SIDE NAME: runs what was built, in a fresh copy, because programs leave files behind; on
# failure the reason is in $work/reason.
attempt() {
    if [ -e "$work/$1/$2.failed" ]; then
        { echo "$1: does not build" && head -n 20 "$work/$1/$2/build.log"; } >>"$work/reason"
        return 1
    fi
    rm -rf "$work/$1/$2.run"
    cp -R "$work/$1/$2" "$work/$1/$2.run" && cd "$work/$1/$2.run" || exit 2
    run "$1" "$2"
}

# compare SIDE EXPECTED-FILE LABEL: looks at what was run last.
compare() {
    if [ ! -f "$2" ]; then
        echo "no recorded output $2; use --bless" >>"$work/reason"
        return 1
    fi
    diff -u --label "$3" --label "$1" "$2" output >>"$work/reason" && return 0
    [ ! -s stderr ] || { echo "stderr of $1:" && head -n 10 stderr; } >>"$work/reason"
    return 1
}

# bless NAME RECORD: what the next run does not repeat is no record.
bless() {
    cp output "$2"
    restart_server
    attempt wine "$1"
}

# again NAME RECORD: Wine has differed from the record; does it still in two more runs? Unlike
# Rundown it lets the host decide which thread runs, and has races of its own.
again() {
    for round in 2 3; do
        restart_server
        attempt wine "$1"
        compare wine "$2" recorded || return 1
    done
    echo "# wine: $1 differed in 1 of 3 runs"
    sed 's/^/#   /' "$work/reason"
}

# check NAME: one case on the wanted sides.
check() {
    record=$cases_dir/$1.expected windows=$cases_dir/$1.expected
    if [ -n "$(tag "$cases_dir/$1.c" windows)" ]; then
        record=$cases_dir/$1.wine.txt windows=$cases_dir/$1.windows.txt
    fi
    differs=0
    if [ $use_wine = 1 ]; then
        attempt wine "$1" || return 1
        [ $bless = 0 ] || bless "$1" "$record"
        compare wine "$record" recorded || differs=1
    fi
    if [ $use_rundown = 1 ]; then
        attempt rundown "$1" || return 1
        compare rundown "$windows" windows || return 1
    fi
    [ $differs = 0 ] && return 0
    [ $use_rundown = 1 ] && again "$1" "$record"
}

[ $use_wine = 0 ] || start_wine
set -- $names
echo "1..$#"
# While a case runs - under Wine that is mostly waiting - the next ones are built.
for name in "$@"; do
    prepare "$name"
    echo "$name"
done | {
    passed=0 failed=0 number=0
    while read -r name; do
        number=$((number + 1))
        : >"$work/reason"
        if check "$name"; then
            passed=$((passed + 1))
            echo "ok $number - oracle/$name"
        else
            failed=$((failed + 1))
            echo "not ok $number - oracle/$name"
            sed 's/^/  # /' "$work/reason"
        fi
    done
    echo "$passed passed, $failed failed"
    [ $passed = $# ]
}
