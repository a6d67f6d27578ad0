#!/bin/sh
# The same log on every compiler, optimisation level, carrier, address layout, locale, environment
# and directory: builds the library by gcc and clang, with -O0 and -O2, runs the scenarios of
# same_run.c in many surroundings and compares digests and whole logs byte by byte. Then the same
# with programs that rundown-cc made.
#
# Nothing is compared with a stored log: logs change with the library, but never with the host.

root=${RUNDOWN_SOURCE_DIR:?the source directory}
bin=${RUNDOWN_BIN_DIR:?the directory of the programs that the build made}
build=$(dirname "$bin")
work=$build/tests/same_everywhere
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
mkdir -p "$work" || exit 2
failures=0

complain() {
    echo "$*"
    failures=$((failures + 1))
}

# ---- building --------------------------------------------------------------------------------

# Flags that every build shares. The fiber carrier needs Boost.Context only on other processors.
define=
libraries="-lpthread -lm -ldl"
case $(uname -m) in
x86_64) define=-DRD_HAVE_FIBER=1 ;;
esac
flags="-std=gnu11 -w -fPIC -fvisibility=hidden $define"
flags="$flags -I$root/include -I$root/src -I$root/tests -I$build/gen"
newest=$(find "$root/src" "$root/include" "$build/gen" \( -name '*.[h]' -o -name '*.def' \) \
    -exec ls -t {} + | head -n 1)

# An object is compiled again when its source, or any header, is newer.
compile_library() { # COMPILER LEVEL DIRECTORY
    {
        find "$root/src" -name '*.c' ! -path "$root/src/cli/*"
        echo "$build/gen/rules.gen.c"
        echo "$root/tests/determinism/same_run.c"
    } | while read -r source; do
        object=$3/$(echo "${source#"$root"/}" | tr / _).o
        # Only what src/port asks of the host goes beyond C11.
        case $source in
        */src/port/* | */determinism/*) host=-D_GNU_SOURCE= ;;
        *) host=-std=c11 ;;
        esac
        if [ ! -e "$object" ] || [ -n "$(find "$source" "$newest" -newer "$object")" ]; then
            echo "$1 $flags $host $2 -c $source -o $object"
        fi
    done >"$3/commands"
    rm -f "$3/failed"
    xargs -P "$jobs" -I{} sh -c "{} || touch $3/failed" <"$3/commands" 2>"$work/errors"
    [ ! -e "$3/failed" ]
}

builds=
for compiler in gcc clang; do
    command -v $compiler >/dev/null || continue
    for level in -O0 -O2; do
        directory=$work/$compiler$level
        mkdir -p "$directory"
        if compile_library $compiler $level "$directory" &&
            $compiler "$directory"/*.o -o "$directory/same_run" $libraries; then
            builds="$builds $compiler$level"
        else
            complain "$compiler $level cannot build the library: $(head -n 20 "$work/errors")"
        fi
    done
done
[ -n "$builds" ] || exit 1

# ---- comparing -------------------------------------------------------------------------------

# run_in NAME BUILD CARRIER [COMMAND...]: runs same_run by that command and compares.
reference=
run_in() {
    name=$1 program=$work/$2/same_run carrier=$3
    shift 3
    "$@" "$program" "$carrier" "$work/log" >"$work/digests" 2>"$work/errors"
    status=$?
    [ $status = 77 ] && return
    if [ $status != 0 ]; then
        complain "$name: exit status $status: $(cat "$work/errors")"
    elif [ -z "$reference" ]; then
        reference=$name
        mv "$work/log" "$work/reference.log"
        mv "$work/digests" "$work/reference.digests"
    elif ! cmp -s "$work/digests" "$work/reference.digests"; then
        complain "$name differs from $reference:"
        diff "$work/reference.digests" "$work/digests" | cut -c 1-150 | head -n 6
        diff "$work/reference.log" "$work/log" | cut -c 1-200 | head -n 10
    elif ! cmp "$work/log" "$work/reference.log"; then
        complain "$name: the digests of $reference, but another log"
    fi
    runs=$((runs + 1))
}
runs=0

# A locale with other digits, points and letters, if the system can make one.
export LOCPATH="$work/locales"
if [ ! -d "$LOCPATH" ] && command -v localedef >/dev/null; then
    mkdir "$LOCPATH"
    for locale in tr_TR de_DE; do
        localedef -i $locale -f UTF-8 "$LOCPATH/$locale.UTF-8" 2>/dev/null
    done
fi
same_layout=
setarch -R true 2>/dev/null && same_layout="setarch -R"
# Written by awk: the shell's own limit for one argument is smaller on some systems.
padding=$(awk 'BEGIN { for (i = 0; i < 9000; i++) printf "%d,", i }')
mkdir -p "$work/some where/else"

for build_name in $builds; do
    for carrier in fiber pthread; do
        run_in "$build_name $carrier" "$build_name" $carrier env
        run_in "$build_name $carrier, once more" "$build_name" $carrier env
        [ -z "$same_layout" ] ||
            run_in "$build_name $carrier, fixed addresses" "$build_name" $carrier $same_layout
        run_in "$build_name $carrier, Turkish" "$build_name" $carrier env LC_ALL=tr_TR.UTF-8
        run_in "$build_name $carrier, German" "$build_name" $carrier env LC_ALL=de_DE.UTF-8
        run_in "$build_name $carrier, no environment" "$build_name" $carrier env -i
        run_in "$build_name $carrier, large environment" "$build_name" $carrier \
            env "PADDING=$padding" TZ=Asia/Kathmandu HOME=/nowhere
        run_in "$build_name $carrier, dirty memory" "$build_name" $carrier \
            env MALLOC_PERTURB_=165 MALLOC_ARENA_MAX=1
        ln -sf "$work/$build_name/same_run" "$work/some where/else/another name"
        run_in "$build_name $carrier, elsewhere" "$build_name" $carrier \
            sh -c 'cd "$0" && shift && exec "./another name" "$@"' "$work/some where/else"
    done
done

# Reads of uninitialised memory that happen to give the same everywhere here. Memory that Rundown
# recycles itself is not seen by valgrind.
if command -v valgrind >/dev/null; then
    for scenario in threads processes dlls output; do
        valgrind -q --error-exitcode=9 --undef-value-errors=yes \
            "$work/${builds##* }/same_run" pthread "$work/log" $scenario \
            >"$work/digests" 2>"$work/errors" ||
            complain "valgrind, $scenario: $(head -n 20 "$work/errors")"
        runs=$((runs + 1))
    done
fi

# ---- programs made by rundown-cc ----------------------------------------------------------------

run_image() { # NAME PROGRAM OPTIONS...
    name=$1 program=$2
    shift 2
    for carrier in fiber pthread; do
        for layout in "" $same_layout_word; do
            ${layout:+$same_layout} "$bin/rundown" run --carrier $carrier --trace="$work/log" \
                --format jsonl "$@" "$program" >"$work/digests" 2>&1 </dev/null
            status=$?
            [ $status = 2 ] && grep -q "no fiber carrier" "$work/digests" && continue
            echo "status $status" >>"$work/digests"
            runs=$((runs + 1))
            if [ -z "$image_reference" ]; then
                image_reference="$name on $carrier"
                cp "$work/log" "$work/image.log"
                cp "$work/digests" "$work/image.digests"
            elif ! cmp -s "$work/log" "$work/image.log" ||
                ! cmp -s "$work/digests" "$work/image.digests"; then
                how="$carrier${layout:+, fixed addresses}"
                complain "$name on $how differs from $image_reference:"
                diff "$work/image.digests" "$work/digests" | head -n 4
                diff "$work/image.log" "$work/log" | cut -c 1-200 | head -n 10
            fi
        done
    done
}

same_layout_word=${same_layout:+fixed}
if [ -x "$bin/rundown" ] && [ -x "$bin/rundown-cc" ]; then
    for source in threads_and_tls crash_tree; do
        for seed in default 7; do
            image_reference=
            for compiler in gcc clang; do
                command -v $compiler >/dev/null || continue
                for level in -O0 -O2; do
                    directory=$work/images$level-$compiler
                    mkdir -p "$directory"
                    "$bin/rundown-cc" --cc=$compiler $level -w -o "$directory/app.exe" \
                        "$root/tests/determinism/image_$source.c" >"$work/errors" 2>&1 || {
                        complain "rundown-cc --cc=$compiler $level: $(cat "$work/errors")"
                        continue
                    }
                    if [ $seed = default ]; then
                        run_image "$source by $compiler $level" "$directory/app.exe"
                    else
                        run_image "$source by $compiler $level, seed $seed" "$directory/app.exe" \
                            --seed $seed
                    fi
                done
            done
        done
    done
fi

[ $failures = 0 ] || exit 1
echo "$runs runs of$builds gave the same logs"
