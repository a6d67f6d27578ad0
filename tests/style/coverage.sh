#!/bin/sh
# Every function of the public API is called by at least one test.
#
#     coverage.sh SOURCE-DIRECTORY

cd "${1:?usage: coverage.sh SOURCE-DIRECTORY}" || exit 2
status=0
functions=$(grep -hv '^#' include/rundown/*.h | tr '\n' ' ' | grep -o 'RD_API [^;]*;' |
    sed 's/ *(.*//; s/.*[ *]//' | sort -u)
[ -n "$functions" ] || {
    echo "no public functions found in include/rundown"
    exit 1
}
calls=$(find tests -name '*.c' -o -name '*.cpp' | xargs grep -ho '\<rd_[a-z_0-9]*(' | sort -u)
for function in $functions; do
    echo "$calls" | grep -qx "$function(" || {
        echo "include/rundown: no test calls $function()"
        status=1
    }
done
[ $status = 0 ] && echo "coverage: every public function has a test"
exit $status
