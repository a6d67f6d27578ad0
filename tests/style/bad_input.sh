#!/bin/sh
# Every function that user mode can import and that can be called wrongly stands in a table of bad
# input: a line of a recorded output in tests/oracle/cases begins with its name. A function for wide
# text counts when its twin for narrow text does, and the other way round. bad_input.allow lists
# those that cannot fail.
#
#     bad_input.sh ROOT

root=${1:?usage: bad_input.sh ROOT}
here=$(dirname "$0")
LC_ALL=C
export LC_ALL

covered=$(cat "$root"/tests/oracle/cases/*.expected "$root"/tests/oracle/cases/*.windows.txt |
    sed -n 's/^(*\([A-Za-z][A-Za-z0-9]*\)(.*).*:.*/\1/p' | sort -u)
exported=$(sed -n 's/^RD_EXPORT(\([A-Z][A-Za-z0-9]*\))$/\1/p' \
    "$root/src/api/win32_exports.def" "$root/src/api/nt_exports.def" \
    "$root/src/api/user32_exports.def" | sort -u)
allowed=$(sed 's/ *#.*//' "$here/bad_input.allow")

printf '%s\n' "$covered" "$allowed" | sed 'p; s/A$/W/; t; s/W$/A/' | sort -u |
    awk -v exported="$exported" '
{ known[$1] = 1 }
END {
    count = split(exported, names, "\n")
    for (i = 1; i <= count; i++)
        if (!(names[i] in known)) {
            printf "bad_input: no table in tests/oracle/cases tries %s with bad input\n", names[i]
            bad = 1
        }
    if (!bad) print "bad_input: " count " functions stand in a table or cannot fail"
    exit bad
}'
