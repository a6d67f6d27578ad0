#!/bin/sh
# C++ programs that use the threads, tasks and streams of the standard library, compiled by
# rundown-c++ and run on both carriers. The last lines of each source say by which standard and what
# it prints.
bin=${RUNDOWN_BIN_DIR:?the directory of the programs that the build made}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
command -v "${CXX:-c++}" >/dev/null || exit 77
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
failures=0

for source in "$here"/cxx/*.cpp; do
    name=$(basename "$source" .cpp)
    sed -n 's|^// > ||p' "$source" >expected
    standard=$(sed -n "s|^// -std=||p" "$source")
    if ! "$bin/rundown-c++" "-std=$standard" -o "$name.exe" "$source"; then
        failures=$((failures + 1))
        continue
    fi
    for carrier in fiber pthread; do
        echo "17 words" | "$bin/rundown" run --carrier $carrier "./$name.exe" >printed 2>complaints
        status=$?
        [ $status = 2 ] && grep -q "no fiber carrier" complaints && continue
        if [ $status != 0 ] || ! diff expected printed; then
            echo "not ok $name on $carrier: status $status"
            cat complaints
            failures=$((failures + 1))
        fi
    done
done
[ $failures = 0 ]
