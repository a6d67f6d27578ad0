#!/bin/sh
# A world is all the state: no object of the library may hold a variable that can be written.
# Constant data with relocations (.data.rel.ro) is no variable. state.allow lists the exceptions.
#
#     state.sh LIBRARY-ARCHIVE

allowed=$(dirname "$0")/state.allow
objdump -t "${1:?usage: state.sh LIBRARY-ARCHIVE}" | awk -v allowed="$allowed" '
BEGIN {
    while ((getline line < allowed) > 0)
        if (line !~ /^#/ && line != "") {
            permit[line] = 1
            sub(/^[^ ]* /, "rundown.o ", line) # where the library is compiled as a whole
            permit[line] = 1
        }
}
/file format/ {
    object = $1
    sub(/:$/, "", object)
    sub(/\.c\.o$/, ".c", object)
    next
}
/^[0-9a-f]+ / {
    # Columns: address, seven flags, section, size, name.
    rest = substr($0, 26)
    flags = substr($0, 18, 7)
    if (flags ~ /d/) next
    split(rest, column, /[ \t]+/)
    section = column[1]
    size = column[2]
    name = column[3]
    if (name == ".hidden" || name == ".protected") name = column[4]
    sub(/\.lto_priv\.[0-9]+$/, "", name)
    if (section !~ /^\.(data|bss|tdata|tbss|ldata|lbss)/ && section != "*COM*") next
    if (section ~ /^\.data\.rel\.ro/ || size ~ /^0+$/) next
    if ((object " " name) in permit) next
    printf "%s: variable %s (%s) outlives the world: put it into the world, or make it const\n",
           object, name, section
    bad = 1
}
END { exit bad }'
status=$?
[ $status = 0 ] && echo "state: the library holds no variable of its own"
exit $status
