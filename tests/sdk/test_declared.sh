#!/bin/sh
# Every function that the headers for programs declare can be linked: a program that has the address
# of each of them is built.
. "$(dirname "$0")/../cli/support.sh"

command=declared
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
# Only gcc lists what it has seen declared.
"$rundown_cc" -w -c -aux-info declared.txt -o head.o head.c 2>log && [ -s declared.txt ] || exit 77
# NC: a declaration and no body.
sed -n 's,^/\* .*rundown/sdk/[^ ]*:NC \*/ [^(]*[ *]\([A-Za-z_0-9]*\) (.*,\1,p' declared.txt |
    grep -v '^__fastfail$' | sort -u >names # that one is a statement
{
    cat head.c
    sed 's/.*/void *address_of_&(void) { return (void *)\&&; }/' names
    echo 'int main(void) { return 0; }'
} >all.c
if ! "$rundown_cc" -w -o all.exe all.c 2>log; then
    cat log
    exit 1
fi
echo "$(wc -l <names) functions can be linked"
