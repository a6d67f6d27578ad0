#!/bin/sh
# A crash in simulated code is a simulated crash: the process ends with the exception's code, one
# line says so, and the host lives on - whatever the program does, wherever it does it.
. "$(dirname "$0")/support.sh"

build faults.exe -w "$programs/faults.c"
if sanitized; then
    skipped='smash-stack' # the stack's own guards are not there
else
    skipped=none
fi

# Each way with the lowest 8 bits of its exit code and the code itself (-: abort, =: a signal).
ways='overflow 253 0xC00000FD
thin-overflow 253 0xC00000FD
big-frame 253 0xC00000FD
read-null 5 0xC0000005
write-null 5 0xC0000005
read-garbage 5 0xC0000005
read-noncanonical 5 0xC0000005
write-constant 5 0xC0000005
jump-null 5 0xC0000005
jump-garbage 5 0xC0000005
jump-noncanonical 5 0xC0000005
jump-data 5 0xC0000005
raise 52 0xE0001234
noncontinuable 53 0xE0001235
abort 3 -
raise-segv 3 =
breakpoint 3 0x80000003
free-bad 116 0xC0000374
free-inside 116 0xC0000374
free-garbage 116 0xC0000374
double-free 116 0xC0000374
smash-stack 5 0xC0000005
huge-copy 5 0xC0000005
bad-string 5 0xC0000005
bad-wait 5 0xC0000005
bad-create 5 0xC0000005
bad-lock 5 0xC0000005
bad-output 5 0xC0000005'
if [ "$(uname -m)" = x86_64 ]; then
    ways="$ways
divide 148 0xC0000094
divide-overflow 148 0xC0000094
trap 3 0x80000003
illegal 29 0xC000001D
privileged 150 0xC0000096
bad-stack-pointer 5 0xC0000005"
fi

check_place() {
    case $place in
    main | worker | apc) wrote before ;;
    atexit | fls) wrote 'end of main' before ;;
    child) wrote before "child $(printf %s "$code" | sed 's/0x//')" ;;
    esac
}

check() {
    expected=$status_of_way
    [ "$place" = child ] && expected=0
    expect "$expected" "$rundown" run --carrier "$carrier" --timeout 20 faults.exe "$way" "$place"
    if [ "$code" = - ]; then
        says 'abort(3)'
    elif [ "$code" = = ]; then
        silent
    else
        check_place
        one_line
        says "exception $code"
    fi
}

all_ways() {
    echo "$ways" >ways
    while read -r way status_of_way code; do
        [ "$way" = "$skipped" ] || check
    done <ways
}

for carrier in $carriers; do
    place=main
    all_ways
    ways_of_places='overflow 253 0xC00000FD
write-null 5 0xC0000005
jump-garbage 5 0xC0000005
raise 52 0xE0001234
double-free 116 0xC0000374'
    all=$ways
    ways=$ways_of_places
    for place in worker atexit apc fls child; do
        all_ways
    done
    ways=$all
done

# The heap's damage is found at the latest when the process ends, and is nobody else's.
expect 0 "$rundown" run faults.exe smash-heap child
wrote before after 'end of main' 'child 00000000'

# Recursion through calls: the stack may end inside Rundown's own code.
cat >deep.c <<'END'
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <malloc.h>

static int way, step;

static int down(int depth) {
    volatile char *room = _alloca((size_t)step);
    room[0] = 1;
    switch (way) {
    case 0:
        CloseHandle(CreateEventA(NULL, FALSE, FALSE, NULL));
        break;
    case 1:
        free(malloc(100));
        break;
    case 2:
        printf("%d %f\n", depth, 1.0 * depth);
        break;
    case 3:
        FreeLibrary(LoadLibraryA("missing"));
        break;
    default:
        SetEnvironmentVariableA("name", depth & 1 ? "value" : NULL);
    }
    return down(depth + 1) + room[0];
}

int main(int argc, char **argv) {
    way = atoi(argv[1]);
    step = atoi(argv[argc - 1]);
    return down(0);
}
END
build deep.exe -w -O0 deep.c
for way in 0 1 2 3 4; do
    for step in 16 80 208 1000 3000; do
        expect 253 "$rundown" run deep.exe $way $step
    done
done
finish
