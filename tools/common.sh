# Shared by tools/demo and tools/test (bash): what is missing on this machine and how it is
# installed; headings; logs. Sourced, not run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jobs=$(nproc 2>/dev/null || echo 2)

die() {
    echo "${0##*/}: $*" >&2
    exit 1
}

# ---- packages ------------------------------------------------------------------------------------

missing_packages=()

# want PACKAGE REASON PROBE...: notes the package if the probe fails.
want() {
    local package=$1 reason=$2
    shift 2
    "$@" >/dev/null 2>&1 && return
    [ ${#missing_packages[@]} -gt 0 ] || echo "Not installed on this machine:"
    printf '  %-24s %s\n' "$package" "$reason"
    missing_packages+=("$package")
}

has_command() { command -v "$1"; }
has_header() { printf '#if !__has_include(<%s>)\n#error\n#endif\n' "$1" | cc -E -; }
has_cmake() {
    local version
    version=$(cmake --version | sed -n '1s/[^0-9]*//p') &&
        [ "$(printf '3.25\n%s\n' "$version" | sort -V | head -n 1)" = 3.25 ]
}
has_gnu_parallel() { parallel --version </dev/null | grep 'GNU parallel'; }
has_sanitizer() { echo 'int main(void){return 0;}' | "$1" -fsanitize="$2" -x c -o /dev/null -; }

want_build_tools() {
    want build-essential "C compiler and linker" has_command cc
    want cmake "build system, 3.25 or later" has_cmake
    want ninja-build "runs the build" has_command ninja
    want libboost-context-dev "fast switches between simulated threads" \
        has_header boost/context/detail/fcontext.hpp
    want libxxhash-dev "digest of the event log" has_header xxhash.h
    want uthash-dev "hash tables (headers only)" has_header uthash.h
}

want_test_tools() {
    want pkg-config "checks the installed rundown.pc" has_command pkg-config
    want libcmocka-dev "unit tests" has_header cmocka.h
    want g++ "C++ programs in the tests" has_command g++
    want parallel "shards of an exploration, side by side" has_gnu_parallel
}

want_sanitizers() {
    want clang "the second compiler" has_command clang
    want libclang-rt-14-dev "its sanitizers" has_sanitizer clang address
}

want_oracle_tools() {
    want gcc-mingw-w64-x86-64 "builds the oracle programs for Windows" \
        has_command x86_64-w64-mingw32-gcc
    want wine "runs them" has_command wine
    want wine64 "runs them" test -e /usr/lib/wine/wine64
}

# Not for everybody: on a machine with systemd they come with services.
want_cluster_tools() {
    want slurm-wlm "shards as a job array" test -x /usr/sbin/slurmctld
    want munge "which it needs" test -x /usr/sbin/munged
}

# Installs what `want` has noted, or says what has to be done and ends.
install_missing() {
    [ ${#missing_packages[@]} -gt 0 ] || return 0
    local list="${missing_packages[*]}" sudo=
    command -v apt-get >/dev/null ||
        die "there is no apt-get here: install what provides these Debian packages: $list"
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null ||
            die "neither root nor sudo: let an administrator run: apt-get install $list"
        sudo=sudo
    fi
    echo "Installing with: ${sudo:+sudo }apt-get install $list"
    mkdir -p "$root/build/logs"
    local log=$root/build/logs/apt.log
    if ! { $sudo apt-get update &&
        $sudo env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y --no-install-recommends "${missing_packages[@]}"; } \
        >"$log" 2>&1; then
        tail -n 15 "$log"
        die "the installation failed (whole log: $log)"
    fi
    missing_packages=()
}

# ---- stages --------------------------------------------------------------------------------------

heading() { printf '\n== %s\n' "$*"; }

# quietly LOG COMMAND...: output goes to build/logs/LOG.log and is shown only if the command fails.
quietly() {
    local log=$root/build/logs/$1.log
    shift
    mkdir -p "${log%/*}"
    "$@" >"$log" 2>&1 && return
    echo "-- failed: $*"
    # Without the build's own progress lines.
    grep -v '^\[[0-9]*/[0-9]*\] ' "$log" | tail -n 60
    echo "-- whole log: $log"
    return 1
}
