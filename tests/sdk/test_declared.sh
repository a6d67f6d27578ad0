#!/bin/sh
# Every function that the headers declare can be linked: a program, and a driver, that have the
# address of each of them are built.
. "$(dirname "$0")/../cli/support.sh"

command=declared

# declared NAME OPTION...: all that the headers in head.c declare; end.c is the rest of the source.
declared() {
    name=$1
    shift
    # Only gcc lists what it has seen declared.
    "$rundown_cc" "$@" -w -c -aux-info declared.txt -o head.o head.c 2>log || exit 77
    [ -s declared.txt ] || exit 77
    # NC: a declaration and no body.
    sed -n 's,^/\* .*rundown/sdk/[^ ]*:NC \*/ [^(]*[ *]\([A-Za-z_0-9]*\) (.*,\1,p' declared.txt |
        grep -v '^__fastfail$' | sort -u >names # that one is a statement
    {
        cat head.c
        sed 's/.*/void *address_of_&(void) { return (void *)\&&; }/' names
        cat end.c
    } >all.c
    if ! "$rundown_cc" "$@" -w -o "$name" all.c 2>log; then
        cat log
        exit 1
    fi
    echo "$name: $(wc -l <names) functions can be linked"
}

cat >head.c <<'EOF'
#include <windows.h>
#include <winternl.h>
#include <rd_ntdll.h>
#include <tlhelp32.h>
#include <psapi.h>
#include <winsvc.h>
#include <sddl.h>
#include <winioctl.h>
EOF
echo 'int main(void) { return 0; }' >end.c
declared all.exe

cat >head.c <<'EOF'
#include <fltKernel.h>
#include <ntstrsafe.h>
#include <ntimage.h>
#include <ntintsafe.h>
#include <wdmsec.h>
EOF
echo 'NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path) { return 0; }' >end.c
declared all.sys --driver
