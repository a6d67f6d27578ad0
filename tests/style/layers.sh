#!/bin/sh
# Checks that every folder of src/ includes only what stands before it in the list of layers, and
# that only src/port and src/cli include headers of the operating system.
#
#     layers.sh SOURCE-DIRECTORY

cd "${1:?usage: layers.sh SOURCE-DIRECTORY}/src" || exit 2

# From the bottom up. The public headers (rundown/...) stand below all of them.
layers="base port core ob ke ex ps ldr io csr api world check explore report cli"
# What C11 itself offers, and the header-only libraries of docs/dependencies.md.
standard="assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal
          stdalign stdarg stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string tgmath
          threads time uchar wchar wctype xxhash uthash utarray utlist utringbuffer utstring"

find . -name '*.[ch]' | sort | sed 's|^\./||' | xargs awk -v layers="$layers" \
    -v standard="$standard" '
BEGIN {
    count = split(layers, names, " ")
    for (i = 1; i <= count; i++) rank[names[i]] = i
    count = split(standard, names, " ")
    for (i = 1; i <= count; i++) allowed[names[i] ".h"] = 1
}
function complain(text) {
    printf "%s:%d: %s\n", "src/" FILENAME, FNR, text
    bad = 1
}
FNR == 1 {
    folder = FILENAME
    sub(/\/.*/, "", folder)
    if (!(folder in rank)) complain("folder " folder " is not in the list of layers")
}
/^[ \t]*#[ \t]*include[ \t]*"/ {
    header = $0
    sub(/^[^"]*"/, "", header)
    sub(/".*/, "", header)
    target = header
    # A name without a folder lies beside the including file or is generated.
    if (!sub(/\/.*/, "", target) || target == "rundown") next
    if (!(target in rank)) {
        complain("\"" header "\" is in no layer")
    } else if (FILENAME ~ /^cli\/(cc|elf_seal)[^\/]*$/ && header ~ /^port\/image[a-z_]*\.[a-z]*$/) {
        # rundown-cc writes the files that the loader in src/port reads: one description for both.
    } else if (folder == "cli" && target != "cli") {
        complain("src/cli is a client of the public API: it may not include \"" header "\"")
    } else if (rank[target] > rank[folder]) {
        complain(folder " may not include \"" header "\": " target " stands above it")
    }
}
/^[ \t]*#[ \t]*include[ \t]*</ {
    if (folder == "port" || folder == "cli") next
    header = $0
    sub(/^[^<]*</, "", header)
    sub(/>.*/, "", header)
    if (!(header in allowed)) {
        complain("<" header "> is not C11: only src/port and src/cli may include it")
    }
}
END { exit bad }'
status=$?
[ $status = 0 ] && echo "layers: every include respects the order"
exit $status
