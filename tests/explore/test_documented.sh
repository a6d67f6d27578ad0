#!/bin/sh
# The C code that docs/exploring.md shows is part of examples/lost-update, which is a test.
: "${RUNDOWN_SOURCE_DIR:?set RUNDOWN_SOURCE_DIR to the top of the sources}"
cd "$RUNDOWN_SOURCE_DIR" || exit 2
shown=$(sed -n '/^```c$/,/^```$/p' docs/exploring.md | grep -v '^```')
[ -n "$shown" ] || { echo "docs/exploring.md shows no C code"; exit 1; }
case $(cat examples/lost-update/test_lost_update.c) in
*"$shown"*) ;;
*) echo "docs/exploring.md shows C code that examples/lost-update does not have"; exit 1 ;;
esac
