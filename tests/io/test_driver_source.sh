#!/bin/sh
# Drivers as others write them, with their control programs: object callbacks and METHOD_NEITHER, a
# thread that writes a log file, an image monitor of C++ classes, a minifilter that keeps programs
# from a file, APCs in new processes, a survey of the system, a device with StartIo. The verifier
# finds nothing in them.
. "$(dirname "$0")/../cli/support.sh"

drivers=$tests/io/drivers
printf 'int main(void) {\n    return 5;\n}\n' >program.c
printf '__declspec(dllexport) int side(void) {\n    return 1;\n}\n' >side.c
build program.exe program.c
build protected.exe program.c
build attacker.exe "$drivers/attacker.c"
build protect.sys --driver "$drivers/protect.c"
build stopper.exe "$drivers/stopper.c"
build side.dll -shared side.c
build image_reader.exe "$drivers/image_reader.c"
build image.sys --driver "$drivers/image.cpp"
printf '#define LOG_PATH L"\\\\DosDevices\\\\C:%s"\n' \
    "$(printf '%s/log.txt' "$work" | sed 's/\//\\\\/g')" >log_path.h
build logger.sys --driver -I. "$drivers/logger.c"
build clerk.exe "$drivers/clerk.c"
cp clerk.exe trusted.exe
build filemon.sys --driver "$drivers/filemon.c"

build opener.exe "$drivers/opener.c"
build at_start.sys --driver "$drivers/at_start.c"
build survey.sys --driver "$drivers/survey.cpp"
build reader.exe "$drivers/reader.c"
build serial.sys --driver "$drivers/serial.c"

run() {
    expect "$@"
    grep -v '^\[protect\]' err >rest
    [ ! -s rest ] || fail "expected nothing more on standard error"
}

for carrier in $carriers; do
    run 0 "$rundown" run --verify --carrier "$carrier" --driver protect.sys attacker.exe
    wrote 'opened: 1' 'terminated: 0, error 5' 'exit code 5' '2 opens were cut' 'error 998' \
        'error 122'
    run 0 "$rundown" run --verify --carrier "$carrier" --driver image.sys image_reader.exe
    grep -q 'HarddiskVolume1.side.dll' out || fail "has not seen side.dll"
    grep -qF 'nothing: error 87' out || fail "should refuse to read nothing"
    run 0 "$rundown" run --verify --carrier "$carrier" --driver image.sys stopper.exe image
    wrote 'state 1'
    silent
    rm -f log.txt
    run 5 "$rundown" run --verify --carrier "$carrier" --driver logger.sys program.exe
    grep -q '^+ program.exe parent=4 cmd=program.exe' log.txt || fail "log.txt lacks the start"
    grep -q '^- program.exe pid=' log.txt || fail "log.txt lacks the end"
    rm -f notes.txt secret.txt old.txt
    expect 0 "$rundown" run --verify --carrier "$carrier" --driver filemon.sys clerk.exe
    wrote 'notes.txt: open' 'secret.txt: refused' 'read: 4' 'moved: 1' 'deleted: 1' 'secret: 0'
    printf '[filemon] %s\n' 'created: notes.txt' '4 of 4 bytes written' 'refused: secret.txt' \
        'opened: notes.txt' 'opened: notes.txt' 'renamed' 'opened: old.txt' 'deleted: PLACE' \
        'refused: secret.txt' '4 opens, 2 refused' >expected
    sed 's/deleted: .*/deleted: PLACE/' err >seen
    cmp -s expected seen || fail "filemon saw something else: $(diff expected seen)"
    expect 0 "$rundown" run --verify --carrier "$carrier" --driver filemon.sys trusted.exe
    wrote 'notes.txt: open' 'secret.txt: open' 'read: 4' 'moved: 1' 'deleted: 1' 'secret: 1'
    expect 0 "$rundown" run --verify --carrier "$carrier" --driver at_start.sys \
        --driver survey.sys opener.exe
    printf '%s\n' '[survey] heard 1 2' '[start] opener.exe: 00000000, 4096 bytes, own' \
        '[start] section: 00000000, 12288 bytes' '[survey] System' '[survey] opener.exe' \
        '[survey] ntoskrnl.exe' '[survey] at_start.sys' '[survey] survey.sys' >expected
    cmp -s expected err || fail "at_start and survey say something else: $(diff expected err)"
    expect 0 "$rundown" run --verify --carrier "$carrier" --driver serial.sys reader.exe
    wrote '0: error 995' '1: error 995' '2: a' '3: b'
    silent
done
finish
