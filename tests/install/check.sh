#!/bin/sh
# Installs a build, moves the installed tree to another place, and uses it as strangers would.
#
#     check.sh WAY SOURCE-DIRECTORY BUILD-DIRECTORY C-COMPILER
#
# WAY is package (find_package), pkg-config, commands (the installed rundown-cc and rundown) or
# subdirectory (add_subdirectory of the source tree; nothing is installed).

if [ $# -ne 4 ]; then
    echo "usage: check.sh WAY SOURCE-DIRECTORY BUILD-DIRECTORY C-COMPILER" >&2
    exit 2
fi
way=$1 source=$2 build=$3 cc=$4
here=$source/tests/install
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

fail() {
    echo "check.sh: $*" >&2
    exit 1
}

# What is installed must not remember where it was installed.
install_and_move() {
    cmake --install "$build" --prefix "$work/first" >"$work/log" 2>&1 ||
        { cat "$work/log" && fail "cmake --install failed"; }
    mv "$work/first" "$work/moved"
    ! grep -rIl -e "$work/first" -e "$build" "$work/moved" ||
        fail "these installed files name the build or install directory"
}

# build_project NAME [OPTION...]: configures, builds and tests a consumer project.
build_project() {
    project=$1
    shift
    cmake -S "$here/$project" -B "$work/build" -G Ninja -DCMAKE_C_COMPILER="$cc" "$@" &&
        cmake --build "$work/build" --target consumer images &&
        ctest --test-dir "$work/build" --output-on-failure
}

try_package() {
    install_and_move
    build_project package -DCMAKE_PREFIX_PATH="$work/moved"
}

try_subdirectory() {
    build_project subdirectory -DRUNDOWN_SOURCE_DIR="$source"
}

try_pkg_config() {
    command -v pkg-config >/dev/null || exit 77
    install_and_move
    pc=$(find "$work/moved" -name rundown.pc)
    PKG_CONFIG_PATH=$(dirname "$pc")
    export PKG_CONFIG_PATH
    own=
    [ -f "$build/src/rundown_public.o" ] && own=-DOWN_NAMES # of one object all is linked
    # shellcheck disable=SC2046,SC2086 # the flags are words
    "$cc" -o "$work/consumer" $own "$here/consumer.c" $(pkg-config --cflags --libs rundown) ||
        fail "a program does not link with: $(pkg-config --cflags --libs rundown)"
    LD_LIBRARY_PATH=$(pkg-config --variable=libdir rundown) "$work/consumer"
}

try_commands() {
    install_and_move
    cd "$work" || exit 2
    PATH=$work/moved/bin:$PATH
    rundown-cc -o hello.exe "$here/hello.c" || fail "rundown-cc failed"
    text=$(rundown run hello.exe)
    status=$?
    [ "$text" = "hello from process A" ] || fail "rundown run printed '$text'"
    [ $status = 5 ] || fail "rundown run ended with $status instead of 5"
    echo "$text, exit code $status"
}

case $way in
package) try_package ;;
subdirectory) try_subdirectory ;;
pkg-config) try_pkg_config ;;
commands) try_commands ;;
*) fail "unknown way '$way'" ;;
esac
