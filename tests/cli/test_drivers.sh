#!/bin/sh
# --driver: load and unload, drivers that fail, leak and crash the machine.
. "$(dirname "$0")/support.sh"

build words.exe "$programs/words.c"
build hang.exe "$programs/hang.c"
for way in ok other fail crash jump bugcheck wait spin delay dispatch leak forget stay \
    crash_at_exit crash_at_unload spin_at_exit overflow_at_exit wait_at_unload; do
    build $way.sys --driver -w -DNAME="\"$way\"" -DWAY_$way "$programs/driver.c"
done

# driver STATUS NAME ARGUMENT...: runs the driver beside a program that ends with 6.
driver() {
    expected=$1 name=$2
    shift 2
    expect "$expected" "$rundown" run --carrier "$carrier" --driver "$name.sys" "$@" \
        words.exe code 6
    [ ! -s out ] || fail "wrote to standard output"
}

lines() {
    printf '%s\n' "$@" >wanted
    cmp -s wanted err || fail "expected on standard error: $*"
}

for carrier in $carriers; do
    driver 6 ok
    lines 'ok: load' 'ok: process 12 begins' 'ok: process 12 ends' 'ok: unload'
    driver 6 ok --driver other.sys
    lines 'ok: load' 'other: load' 'ok: process 12 begins' 'other: process 12 begins' \
        'ok: process 12 ends' 'other: process 12 ends' 'other: unload' 'ok: unload'
    driver 6 fail
    lines 'fail: load' "rundown: DriverEntry of 'fail.sys' failed with NTSTATUS 0xC000009A; \
the program runs without it"
    driver 6 leak
    says "rundown: K-UNLOAD-LEAK: driver leaks 128 bytes in 2 pool blocks: leak.sys:" \
        "block 1 (100 bytes, tag 'Leak'), block 2 (28 bytes, tag 'Leak')"
    driver 6 forget
    says 'rundown: N-NOTREMOVED: driver leaves behind: forget.sys: registered notify routines: 1'
    driver 6 stay
    says "driver 'stay.sys' is not unloaded:" \
        "DriverUnload of 'stay.sys' failed with NTSTATUS 0xC0000010"
    driver 6 wait
    says "DriverEntry of 'wait.sys' did not return: it waits in kernel mode for Event#"
    driver 1 wait_at_unload
    says "DriverUnload of 'wait_at_unload.sys' did not return: it waits in kernel mode for Event#"
    says 'deadlock: '
    for way in crash jump; do
        driver 3 $way
        says '*** STOP: 0x0000007E (0xFFFFFFFFC0000005, '
    done
    driver 3 crash --trace=trace.txt
    grep -q 0x7E trace.txt || fail "the trace does not show the bugcheck"
    driver 3 bugcheck
    says '*** STOP: 0xDEADDEAD (0x0000000000000001, 0x0000000000000002, 0x0000000000000003,' \
        '0x0000000000000004)'
    driver 3 crash_at_exit
    says 'crash_at_exit: process 12 ends'
    says '*** STOP: 0x0000003B (0xFFFFFFFFC0000005, '
    driver 3 crash_at_unload
    says 'crash_at_unload: unload'
    says '*** STOP: 0x0000007E'
    driver 3 overflow_at_exit
    says '*** STOP: 0x0000003B (0xFFFFFFFFC00000FD, '
    way=spin
    [ "$carrier" = fiber ] || way=spin_at_exit
    driver 4 $way --timeout 1
    says 'has computed for 1 s without calling Windows'
    for way in delay dispatch; do
        driver 4 $way --max-steps 100000
        says 'did not return: it has reached the limit of scheduling points'
        says 'stopped after 100000 scheduling points'
    done
    expect 1 "$rundown" run --carrier "$carrier" --driver ok.sys hang.exe event
    says 'deadlock: '
done

# Paged pool at DISPATCH_LEVEL: touched by the driver's own code, also inside __try, and by a
# routine of the kernel that it calls (IRQL-06).
for way in own try kernel; do
    build paged_$way.sys --driver -w -DTOUCH_$way "$programs/paged.c"
    stop=0x000000D1
    [ $way != kernel ] || stop=0x0000000A
    driver 3 paged_$way
    says 'rundown explain K-IRQL-PAGED'
    says "*** STOP: $stop "
done

# ---- what is no driver is refused in one line, before anything runs ------------------------------

# no_driver FILE TEXT: rundown run refuses it.
no_driver() {
    refuses "$1$2" "$rundown" run --driver "$1" words.exe code 6
}

# The byte at that offset of a copy of ok.sys is another one.
changed() { # COPY OFFSET OCTAL
    cp ok.sys "$1"
    printf "\\$3" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

echo 'int nothing;' >no_entry.c
refuses 'no_entry.sys: a driver, but no DriverEntry is defined' \
    "$rundown_cc" --driver -o no_entry.sys no_entry.c
cat >calls.c <<'END'
#include <ntddk.h>
NTSTATUS NTAPI KeDoWhatNobodyKnows(PVOID);
NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path) {
    UNREFERENCED_PARAMETER(path);
    return KeDoWhatNobodyKnows(driver);
}
END
refuses "calls.sys: undefined reference to 'KeDoWhatNobodyKnows'" \
    "$rundown_cc" --driver -o calls.sys calls.c
echo 'int KeDoWhatNobodyKnows(void *driver) { return 0; }' >knows.c
build knows.dll -shared -w knows.c
build calls.sys --driver calls.c knows.dll
rm knows.dll
no_driver calls.sys " imports 'KeDoWhatNobodyKnows', which Rundown does not export"
changed arm.sys 18 050
no_driver arm.sys ': was built for another machine (arm)'
changed narrow.sys 4 001
no_driver narrow.sys ': was built for a 32-bit or other-endian machine'
changed changed.sys 4000 377
no_driver changed.sys ': is damaged'
head -c 3000 ok.sys >short.sys
no_driver short.sys ': is damaged: it is shorter than rundown-cc made it'
cp words.exe program.sys
no_driver program.sys ' is no driver: build it with rundown-cc --driver'
{ printf 'MZ' && head -c 4096 /dev/zero; } >windows.sys
no_driver windows.sys ': is a Windows PE image'
refuses "the driver 'ok.sys' is given twice" \
    "$rundown" run --driver ok.sys --driver ./ok.sys words.exe code 6
refuses "cannot read the driver 'missing.sys'" \
    "$rundown" run --driver ok.sys --driver missing.sys words.exe code 6
finish
