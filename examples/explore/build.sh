#!/bin/sh
# build.sh BIN_DIR OUT_DIR [-DREPAIRED] [OPTION...]: builds all scenarios with BIN_DIR/rundown-cc,
# each in a directory of its own.
set -eu
cc=${1:?usage: build.sh BIN_DIR OUT_DIR [-DREPAIRED] [OPTION...]}/rundown-cc out=$2
shift 2
here=$(cd "$(dirname "$0")" && pwd)

grep -v '^#' "$here/scenarios.txt" | while read -r name rest; do
    mkdir -p "$out/$name"
    cd "$out/$name"
    source=$here/$name.c
    case $rest in
    *--driver*)
        program=${rest##*.sys }
        program=${program%%.exe*}
        "$cc" "$@" --driver -o "$name.sys" "$source"
        "$cc" "$@" -o "$program.exe" "$here/$program.c"
        continue
        ;;
    esac
    libraries=
    if grep -q '^#ifdef DLL' "$source"; then
        "$cc" "$@" -shared -DDLL -o plugin.dll "$source"
        [ "$name" != exit_and_lock ] || libraries=plugin.dll
    fi
    "$cc" "$@" -o "$name.exe" "$source" $libraries
done
