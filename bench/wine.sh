#!/bin/bash
# Times the same Win32 source under Rundown and under Wine, whole processes in turn, and prints the
# ratio per operation. Needs Wine and MinGW; BIN_DIR holds rundown and rundown-cc.
#
#     bench/wine.sh BIN_DIR [ROUNDS]
set -eu
bin=$(cd "${1:?usage: bench/wine.sh BIN_DIR [ROUNDS]}" && pwd)
rounds=${2:-5}
here=$(cd "$(dirname "$0")" && pwd)
out=$(mktemp -d)
export WINEPREFIX="$out/prefix" WINEDEBUG=-all DISPLAY=
trap '"$wineserver" -k 2>/dev/null || true; rm -rf "$out"' EXIT
wine=$(command -v wine64 || command -v wine || ls /usr/lib/wine/wine64 2>/dev/null) || {
    echo "bench/wine.sh: Wine is not installed: apt install wine64" >&2; exit 77; }
wineserver=$(command -v wineserver || ls /usr/lib/wine/wineserver64)

mkdir "$out/rundown" "$out/wine" "$WINEPREFIX"
(cd "$out/rundown" && "$bin/rundown-cc" -O2 -shared -o resident.dll "$here/win32/resident.dll.c" &&
    "$bin/rundown-cc" -O2 -o ops.exe "$here/win32/ops.c")
(cd "$out/wine" &&
    x86_64-w64-mingw32-gcc -O2 -shared -o resident.dll "$here/win32/resident.dll.c" &&
    x86_64-w64-mingw32-gcc -O2 -o ops.exe "$here/win32/ops.c")
"$wineserver" -p
"$wine" wineboot -i >/dev/null 2>&1

# Nanoseconds of one run: seconds() SIDE OPERATION COUNT
elapsed() {
    local begin end
    begin=$(date +%s%N)
    if [ "$1" = wine ]; then
        (cd "$out/wine" && "$wine" ops.exe "$2" "$3" >/dev/null 2>&1)
    else
        (cd "$out/rundown" &&
            "$bin/rundown" run --no-log --max-steps 4000000000 ./ops.exe "$2" "$3")
    fi
    end=$(date +%s%N)
    echo $((end - begin))
}

median() { sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }

# Cost of one operation: (many - few) / difference, so that start-up drops out.
per_operation() {
    local many few
    few=$(elapsed "$1" "$2" 1)
    many=$(elapsed "$1" "$2" "$3")
    awk -v m="$many" -v f="$few" -v n="$3" 'BEGIN {printf "%.1f\n", (m - f) / (n - 1)}'
}

echo "medians of $rounds rounds, ns per operation"
printf '%-14s %14s %14s %10s\n' operation rundown wine ratio
while read -r operation ours theirs; do
    : >"$out/a"; : >"$out/b"; : >"$out/r"
    for _ in $(seq "$rounds"); do
        a=$(per_operation rundown "$operation" "$ours")
        b=$(per_operation wine "$operation" "$theirs")
        echo "$a" >>"$out/a"; echo "$b" >>"$out/b"
        awk -v a="$a" -v b="$b" 'BEGIN {printf "%.1f\n", b / a}' >>"$out/r"
    done
    printf '%-14s %14s %14s %9sx\n' "$operation" "$(median <"$out/a")" "$(median <"$out/b")" \
        "$(median <"$out/r")"
done <<'LIST'
process 100000 40
thread 1000000 1000
pingpong 2000000 20000
duplicate 10000000 20000
wait-signaled 20000000 50000
load-library 5000000 100000
LIST
