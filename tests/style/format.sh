#!/bin/sh
# Compares the sources with what clang-format makes of them. Debian 12's version 14 is the measure;
# with another version, or without one, the test is skipped. Differences are an error only where
# RUNDOWN_STRICT is set (as in CI); elsewhere they are shown and the test is skipped.
#
#     format.sh SOURCE-DIRECTORY
#     format.sh --files SOURCE-DIRECTORY    prints the names of the files that are looked at

list=0
if [ "$1" = --files ]; then
    list=1
    shift
fi
cd "${1:?usage: format.sh [--files] SOURCE-DIRECTORY}" || exit 2

# Programs written as Windows programs keep their own style; excpt.h defines what clang-format takes
# for keywords.
files=$(find src tests bench examples include/rundown -name '*.[ch]' \
    ! -path 'tests/oracle/*' ! -path examples/key-store/keystore.c \
    ! -path include/rundown/sdk/excpt.h | sort)
if [ $list = 1 ]; then
    echo "$files"
    exit 0
fi

formatter=$(command -v clang-format-14 || command -v clang-format) || {
    echo "clang-format is not installed (apt install clang-format-14)"
    exit 77
}
case $($formatter --version) in
*"version 14."*) ;;
*) echo "clang-format 14 is needed, $formatter is another version" && exit 77 ;;
esac

differences=$(mktemp) || exit 2
trap 'rm -f "$differences"' EXIT
# shellcheck disable=SC2086 # the names of the project hold no blanks
if $formatter --dry-run -Werror $files 2>"$differences"; then
    echo "format: as clang-format would write it"
    status=0
else
    echo "$(grep -c 'error:' "$differences") places differ; tools/format corrects them:"
    sed -n 's/^\([^:]*\):[0-9]*:[0-9]*: error:.*/  \1/p' "$differences" | uniq -c
    status=77
    [ -z "$RUNDOWN_STRICT" ] || status=1
fi
exit $status
