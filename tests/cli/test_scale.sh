#!/bin/sh
# Many threads and processes at once, deep stacks, and hosts that refuse: never a dead host.
. "$(dirname "$0")/support.sh"

build many.exe -O0 "$programs/many.c"
threads=10000 processes=2000
if sanitized; then
    threads=500 processes=200
fi
for carrier in $carriers; do
    expect 0 "$rundown" run --carrier "$carrier" --timeout 60 many.exe threads $threads
    wrote "$threads threads started, $threads ended"
    expect 0 "$rundown" run --carrier "$carrier" --timeout 60 many.exe processes $processes
    wrote "$processes processes, sum $processes"
    sanitized || expect 5 "$rundown" run --carrier "$carrier" many.exe deep 900
    expect 253 "$rundown" run --carrier "$carrier" many.exe deep 100000
    says STATUS_STACK_OVERFLOW
done

# Little memory: an error of rundown's (5), or enough after all; 127 if it cannot even begin.
sanitized && finish
for carrier in $carriers; do
    for kilobytes in 9000 11000 13000 15000 17000 20000 30000 50000 100000 200000; do
        command="ulimit -v $kilobytes; run --carrier $carrier many.exe threads 300"
        (ulimit -v $kilobytes && exec "$rundown" run --carrier "$carrier" many.exe threads 300) \
            >out 2>err
        status=$?
        case $status in
        0 | 2 | 5 | 127) passed=$((passed + 1)) ;;
        *) fail "exit status $status" ;;
        esac
        [ $status = 0 ] || [ -s err ] || fail "no message"
    done
done
finish
