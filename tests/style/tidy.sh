#!/bin/sh
# Checks what the compiler does not: lengths of lines, functions and files, words of unfinished
# work, functions that would let the host's state into a world.
#
#     tidy.sh SOURCE-DIRECTORY

cd "${1:?usage: tidy.sh SOURCE-DIRECTORY}" || exit 2
status=0

# Our own text: everything but generated, golden and foreign-style files.
own_files() {
    find src include tests examples bench cmake tools .ci docs \
        \( -name '*.[ch]' -o -name '*.def' -o -name '*.cpp' -o -name '*.sh' -o -name '*.cmake' \
        -o -name CMakeLists.txt -o -path 'tools/*' -o -path '.ci/*' \) -type f | sort
}

# Lines and files. Width is counted in characters, not bytes.
own_files | grep -v -e '^docs/' -e '^tests/style/tidy.sh$' | xargs awk '
function complain(line, text) {
    printf "%s:%d: %s\n", file, line, text
    bad = 1
}
function end_of_file() {
    if (file ~ /^(src|include)\// && lines > 800) complain(lines, lines " lines; 800 are allowed")
}
FNR == 1 {
    end_of_file()
    file = FILENAME
    by_hand = 0
}
{
    lines = FNR
    width = length($0)
    if (width > 100) {
        text = $0
        width -= gsub(/[\200-\277]/, "", text)
    }
    # A table laid out by hand or a catalogue (.def) has one row a line, however long its text is.
    if (/clang-format off/) by_hand = 1
    if (/clang-format on/) by_hand = 0
    if (width > 100 && !by_hand && file !~ /\.def$/) complain(FNR, width " columns; 100 are allowed")
    if (/[ \t]$/) complain(FNR, "blanks at the end of the line")
    if (/\t/ && file !~ /\.tsv$/) complain(FNR, "a tab; the project indents with blanks")
    if (/\r/) complain(FNR, "a carriage return")
    if (/(^|[^A-Za-z_])(TODO|FIXME|XXX|HACK)([^A-Za-z_]|$)/)
        complain(FNR, "unfinished work: finish it or file an issue")
}
END {
    end_of_file()
    exit bad
}' || status=1

# Functions: from the first line of the head, which starts in the first column and ends in ") {", to
# the brace in the first column.
find src bench cmake -name '*.[ch]' | sort | xargs awk '
FNR == 1 { head = inside = 0 }
!inside && /^[A-Za-z_]/ { head = FNR }
!inside && head && /\) \{$/ { inside = 1 }
!inside && /;$/ { head = 0 }
/^}/ {
    if (inside && FNR - head + 1 > 70) {
        printf "%s:%d: a function of %d lines; 70 are allowed\n", FILENAME, head, FNR - head + 1
        bad = 1
    }
    head = inside = 0
}
END { exit bad }' || status=1

# Nondeterminism. The host may be asked for the time or the environment in src/port and src/cli only.
find src -name '*.[ch]' ! -path 'src/port/*' ! -path 'src/cli/*' | sort | xargs awk '
/^[ \t]*(\*|\/\/|\/\*)/ { next }
{
    line = $0
    gsub(/"([^"\\]|\\.)*"/, "\"\"", line)
    if (match(line, /(^|[^A-Za-z_0-9.>])(rand|srand|random|time|clock|clock_gettime|gettimeofday|getenv|setlocale|localtime|mktime|qsort) *\(/)) {
        name = substr(line, RSTART, RLENGTH)
        gsub(/[^a-z_]/, "", name)
        if (line ~ "(static|_Noreturn|extern) .*" name "\\(") next
        printf "%s:%d: %s() is not allowed in a world\n", FILENAME, FNR, name
        bad = 1
    }
    if ($0 ~ /%p/ && $0 !~ /rundown-allow/) {
        printf "%s:%d: %%p prints an address of the host\n", FILENAME, FNR
        bad = 1
    }
}
END { exit bad }' || status=1

[ $status = 0 ] && echo "tidy: nothing to complain about"
exit $status
