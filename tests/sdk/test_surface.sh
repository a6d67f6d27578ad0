#!/bin/sh
# How much of what public drivers use is there: surface.tsv lists the functions, types and macros,
# with yes or no. A name that was there and has gone is a failure; `test_surface.sh --write` notes
# those that have come.
. "$(dirname "$0")/../cli/support.sh"

table=$tests/sdk/surface.tsv
command=surface

# A line for each name, so that the number of a line in an error tells the name. A macro that takes
# arguments is there if it is defined; anything else is a type or an expression.
declare_names() { # NAMES ON STANDARD INPUT
    awk '{ print "\n#ifndef " $1 "\nextern __typeof__(" $1 ") *there_" $1 ";\n#endif" }'
}

includes='<fltKernel.h> <ntstrsafe.h> <ntimage.h> <ntintsafe.h> <initguid.h> <string.h> <wchar.h>'
for header in $includes; do
    echo "#include $header"
done >head.c

# Declared: what a compiler does not complain of.
cut -f2 "$table" >names
{
    cat head.c
    declare_names <names
} >declared.c
all=-fmax-errors=0
"$rundown_cc" -w $all -c -o head.o head.c 2>log || all=-ferror-limit=0
"$rundown_cc" -w $all -c -o declared.o declared.c 2>log
sed -n 's/^declared\.c:\([0-9]*\):.*error.*/\1/p' log | sort -un >lines
awk 'FILENAME == "lines" { bad[$1]; next } FNR in bad && /^extern/ {
    sub(/.*there_/, ""); sub(/;.*/, ""); print }' lines declared.c >missing

# Defined: functions that Rundown exports or that a compiler brings along, and those with a body in
# a header. Undocumented ones are exported and not declared: drivers bring their own prototypes.
awk -F '\t' '$1 == "function" { print $2 }' "$table" >functions
"$rundown_cc" -w -E head.c | grep -v '^#' | tr '\n' ' ' |
    grep -oE '[A-Za-z_0-9]+ *\([^;{}]*\) *\{' | grep -oE '[A-Za-z_0-9]+ *\(' | tr -d ' (' >bodies
sed -n 's/.*(\([A-Za-z_0-9]*\)).*/\1/p' "$RUNDOWN_SOURCE_DIR/src/port/image_host_names.def" >own
{
    "$rundown" exports
    cat bodies own
} | sort -u >defined
grep -vxF -f missing functions >declared_functions
{
    cat head.c
    awk '{ print "#ifndef " $1 "\nvoid *at_" $1 "(void) { return (void *)" $1 "; }\n#endif" }' \
        declared_functions
} >addresses.c
"$rundown_cc" -w -c -o addresses.o addresses.c 2>log || { cat log; fail 'these do not compile'; }
nm -u addresses.o | sed 's/.* //; s/@.*//' | sort -u | comm -23 - defined >unresolved
grep -xF -f unresolved declared_functions >>missing
"$rundown" exports | sort -u >exports
sort -u missing | comm -23 - exports >gone

awk -F '\t' -v OFS='\t' 'FILENAME == "gone" { missing[$1]; next }
    { $3 = $2 in missing ? "no" : "yes"; print }' gone "$table" >found
[ "${1-}" = --write ] && cp found "$table"
awk -F '\t' 'NR == FNR { was[$2] = $3; next } was[$2] == "yes" && $3 == "no" { print $2 }' \
    "$table" found >vanished
[ ! -s vanished ] || {
    cp vanished out
    : >err
    fail 'these were there and have gone'
}
cmp -s found "$table" || echo 'more is there than the table says; test_surface.sh --write notes it'
passed=$((passed + 1))
for kind in function type macro; do
    awk -F '\t' -v kind=$kind '$1 == kind { all++; there += $3 == "yes" }
        END { print kind "s: " there " of " all }' found
done
finish
