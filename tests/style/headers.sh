#!/bin/sh
# Every public header compiles on its own, as strict C11 and as C++.
#
#     headers.sh SOURCE-DIRECTORY C-COMPILER

root=${1:?usage: headers.sh SOURCE-DIRECTORY C-COMPILER}
cc=${2:?usage: headers.sh SOURCE-DIRECTORY C-COMPILER}
status=0
for header in "$root"/include/rundown/*.h; do
    name=rundown/$(basename "$header")
    echo "#include \"$name\"" | "$cc" -std=c11 -pedantic-errors -Wall -Wextra -Werror \
        -fsyntax-only -I"$root/include" -x c - || status=1
    echo "#include \"$name\"" | "$cc" -std=c++11 -pedantic-errors -Wall -Wextra -Werror \
        -fsyntax-only -I"$root/include" -x c++ - || status=1
done
[ $status = 0 ] && echo "headers: each stands alone, in C11 and in C++11"
exit $status
