#!/bin/sh
# build.sh BIN_DIR OUT_DIR [-DREPAIRED]: builds all scenarios with BIN_DIR/rundown-cc, each in a
# directory of its own.
set -eu
cc=${1:?usage: build.sh BIN_DIR OUT_DIR [-DREPAIRED]}/rundown-cc out=$2 version=${3:-}
here=$(cd "$(dirname "$0")" && pwd)

grep -v '^#' "$here/scenarios.txt" | while read -r name rest; do
    mkdir -p "$out/$name"
    cd "$out/$name"
    source=$here/$name.c
    case $rest in
    *--driver*)
        program=${rest##*.sys }
        program=${program%%.exe*}
        "$cc" $version --driver -o "$name.sys" "$source"
        "$cc" -o "$program.exe" "$here/$program.c"
        continue
        ;;
    esac
    libraries=
    if grep -q '^#ifdef DLL' "$source"; then
        "$cc" $version -shared -DDLL -o plugin.dll "$source"
        [ "$name" != exit_and_lock ] || libraries=plugin.dll
    fi
    "$cc" $version -o "$name.exe" "$source" $libraries
done
