#!/bin/sh
# Files that are no images, images that lack something, and sources that cannot be built: one clear
# line, exit status 2 (a compiler's own status for a compiler's error), nothing left behind.
. "$(dirname "$0")/support.sh"

echo 'int main(void) { return 44; }' >ok.c
build ok.exe ok.c

# ---- rundown-cc

echo 'int helper(void) { return 1; }' >no_main.c
echo 'int main(void) { return 1 }' >syntax.c
echo 'int nowhere(int); int main(void) { return nowhere(1); }' >undefined.c

left_nothing() {
    [ ! -e bad.exe ] && [ "$(find . -name '.*tmp*' | wc -l)" = 0 ] || fail "left an output file"
}

refuses 'no main, wmain, WinMain or wWinMain is defined' "$rundown_cc" -o bad.exe no_main.c
left_nothing
refuses "undefined reference to 'nowhere'" "$rundown_cc" -o bad.exe undefined.c
left_nothing
expect 1 "$rundown_cc" -o bad.exe syntax.c
says 'error:'
left_nothing
refuses 'missing.c: no such file' "$rundown_cc" -o bad.exe missing.c
refuses 'its directory does not exist' "$rundown_cc" -o no/bad.exe ok.c
refuses '..: is a directory' "$rundown_cc" -o .. ok.c
refuses "unknown option '--drivr'" "$rundown_cc" --drivr ok.c
refuses 'no input files' "$rundown_cc"

# ---- files that are no images

mkdir directory
echo text >text.exe
: >empty.exe
printf '#!/bin/sh\n' >script.exe
printf 'MZ\220\0\3\0\0\0\4\0\0\0\377\377\0\0\270\0\0\0' >pe.exe
cc=$(command -v gcc || command -v clang || command -v cc)
"$cc" -o elf.exe ok.c && "$cc" -c -o object.o ok.c && "$cc" -shared -fPIC -o library.so ok.c

no_image() {
    refuses "$2" "$rundown" run "$1"
    says "$1"
    refuses "$2" "$rundown" run --trace=trace.txt --driver "$1" ok.exe
    [ ! -e trace.txt ] || fail "left a trace"
}
no_image missing.exe 'No such file'
no_image directory 'Is a directory'
no_image text.exe 'is not an image; compile its source with rundown-cc'
no_image script.exe 'is not an image; compile its source with rundown-cc'
no_image empty.exe 'is empty'
no_image pe.exe 'is a Windows PE image; Rundown runs source code'
no_image elf.exe 'was not made by rundown-cc'
no_image library.so 'was not made by rundown-cc'
no_image object.o 'is an object file; link it with rundown-cc'
no_image /dev/null 'is no regular file'
for length in 1 16 64 100 1000 5000 $(($(wc -c <ok.exe) - 1)); do
    head -c "$length" ok.exe >cut.exe
    no_image cut.exe 'cut.exe: '
done

# One wrong byte anywhere: refused, or it makes no difference to what matters; the host lives on.
size=$(wc -c <ok.exe)
i=0
while [ $i -lt 60 ]; do
    offset=$((i * 7919 % 2000))
    [ $((i % 2)) = 0 ] || offset=$((i * 104729 % size))
    cp ok.exe flipped.exe
    printf '\377' | dd of=flipped.exe bs=1 seek=$offset conv=notrunc 2>/dev/null
    "$rundown" run flipped.exe >out 2>err
    status=$?
    command="run with byte $offset changed"
    [ $status = 2 ] || [ $status = 44 ] || [ $status = 5 ] || fail "exit status $status"
    i=$((i + 1))
done

# ---- programs, DLLs and drivers in each other's place

cat >library.c <<'END'
#include <windows.h>
__declspec(dllexport) int counter;
__declspec(dllexport) int old_value(void) { return ++counter; }
#ifndef OLD
__declspec(dllexport) int new_value(void) { return 1000; }
#endif
END
cat >user.c <<'END'
#include <stdio.h>
__declspec(dllimport) int old_value(void);
__declspec(dllimport) int new_value(void);
int main(void) { printf("%d %d\n", old_value(), new_value()); return 9; }
END
build library.dll -shared library.c
build user.exe user.c library.dll
build driver.sys --driver "$programs/driver.c"
refuses "'library.dll' is a DLL, not a program" "$rundown" run library.dll
refuses "'driver.sys' is a driver, not a program" "$rundown" run driver.sys
refuses 'user.exe is no driver: build it with rundown-cc --driver' \
    "$rundown" run --driver user.exe user.exe
refuses 'library.dll is no driver' "$rundown" run --driver library.dll user.exe

# ---- DLLs that are missing or too old

expect 9 "$rundown" run user.exe
wrote '1 1000'
mkdir elsewhere
mv library.dll elsewhere
expect 53 "$rundown" run user.exe # 0xC0000135
one_line
says 'library.dll, needed by user.exe, was not found (0xC0000135 STATUS_DLL_NOT_FOUND)'
expect 9 "$rundown" run --path elsewhere user.exe
expect 9 "$rundown" run --path directory --path=elsewhere user.exe
refuses "--path 'missing': there is no such directory" "$rundown" run --path missing user.exe
refuses "--path 'user.c': there is no such directory" "$rundown" explore --path user.c user.exe
build library.dll -shared -DOLD library.c
refuses "user.exe imports 'new_value', which neither its DLLs nor Rundown export" \
    "$rundown" run user.exe
finish
