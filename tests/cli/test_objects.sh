#!/bin/sh
# C++ programs: globals, thread-local objects, the standard library, exceptions; and globals that
# every process has for itself.
. "$(dirname "$0")/support.sh"

# An exception that nobody catches stays in the memory of the host's C++ library.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0"

echo 'int main() { return 0; }' >empty.cpp
"$rundown_cxx" -o empty.exe empty.cpp 2>/dev/null || exit 77 # no C++ compiler
expect 0 "$rundown_cxx" -O1 -o objects.exe "$programs/objects.cpp"

objects() {
    expected=$1
    shift
    expect "$expected" "$rundown" run --carrier "$carrier" objects.exe "$@"
}

everything='7 94 built at run time
6
+static local
+frame
+leaf
+leaf
-leaf
-leaf
-frame
caught thrown three calls down
caught out_of_range
caught anything
fresh 0
fresh 1
fresh'

# What the run-time says of an end by std::terminate.
tells_why() {
    case $1 in
    uncaught | noexcept)
        says "terminate called after throwing an instance of '(anonymous namespace)::Failure'"
        says 'what():  nobody catches this'
        ;;
    *) says 'terminate called without an active exception' ;;
    esac
}

for carrier in $carriers; do
    objects 4 everything
    wrote +first +second "$everything" '-static local' -second -first
    silent
    objects 4 everything worker
    wrote +first +second +worker "$everything" -worker '-static local' -second -first
    objects 4 everything destructor
    wrote +first +second "$everything" '-static local' -second -first
    for way in uncaught noexcept rethrow terminate; do
        for place in main destructor; do
            objects 3 $way $place
            wrote +first +second
            says 'abort(3)'
            tells_why $way
        done
        objects 3 $way worker
        wrote +first +second +worker
    done
    objects 3 new
    wrote +first +second 'caught bad_alloc'
    objects 7 handler
    wrote +first +second
    objects 9 quick
    wrote +first +second
    objects 9 exit
    wrote +first +second -second -first
    objects 4 thread-exit worker
    wrote +first +second +worker -second -first
done

# Two processes of the same program and of the same DLL: each counts for itself.
cat >shared.c <<'END'
__declspec(dllexport) int shared = 5;
__declspec(dllexport) int count_up(void) { static int local; return ++local * 100 + ++shared; }
END
cat >counts.c <<'END'
#include <windows.h>
#include <stdio.h>
#include <string.h>
__declspec(dllimport) int count_up(void);
static int own = 1;
int main(int argc, char **argv) {
    char line[] = "counts.exe child";
    STARTUPINFOA startup;
    PROCESS_INFORMATION child;
    own += argc;
    printf("%d %d\n", own, count_up());
    fflush(stdout);
    if (argc > 1)
        return 0;
    memset(&startup, 0, sizeof startup);
    startup.cb = sizeof startup;
    CreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &child);
    WaitForSingleObject(child.hProcess, INFINITE);
    printf("%d %d\n", own, count_up());
    return 0;
}
END
build shared.dll -shared shared.c
build counts.exe counts.c shared.dll
for carrier in $carriers; do
    expect 0 "$rundown" run --carrier "$carrier" counts.exe
    wrote '2 106' '3 106' '2 207'
done

# Exceptions in DllMain are the loader's to catch: the process cannot start.
cat >broken.c <<'END'
#include <windows.h>
BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved) {
    if (reason == WHEN)
        *(volatile int *)(ULONG_PTR)(reserved != NULL ? 0 : 8) = 1;
    return TRUE;
}
__declspec(dllexport) int value(void) { return 6; }
END
echo '__declspec(dllimport) int value(void); int main(void) { return value(); }' >broken_user.c
build broken.dll -shared -DWHEN=DLL_PROCESS_ATTACH broken.c
build broken.exe broken_user.c broken.dll
for carrier in $carriers; do
    expect 5 "$rundown" run --carrier "$carrier" broken.exe
    one_line
    says '0xC0000005'
done
build broken.dll -shared -DWHEN=DLL_PROCESS_DETACH broken.c
for carrier in $carriers; do
    expect 6 "$rundown" run --carrier "$carrier" broken.exe
done
finish
