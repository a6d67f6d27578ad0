#!/bin/sh
# Shards under GNU parallel and as a Slurm job array, merged into the result of one piece. What is
# not installed is passed over with a word; 77 if there is neither.
. "$(dirname "$0")/support.sh"

build locks.exe "$programs/locks.c"
shown=0

# The parts that are there now, against the exploration in one piece.
compare() {
    expect "$whole" "$rundown" merge part*.json
    cp out merged.txt
    # shellcheck disable=SC2086
    "$rundown" explore locks.exe $arguments >out
    cmp -s out merged.txt || fail "$1: the merged result differs from that in one piece"
    shown=$((shown + 1))
    rm -f part*.json
}

under_parallel() {
    # shellcheck disable=SC2086
    parallel -j2 "$rundown" explore --shard {}/3 --format json --output part{}.json \
        locks.exe $arguments ::: 0 1 2 >out 2>err
    compare 'GNU parallel'
}

# Slurm says which part a task of the array is; the numbers of an array need not begin with 0.
under_slurm() {
    sh "$tests/cli/slurm.sh" sbatch --wait --chdir="$work" --output=/dev/null --array=1-3 --wrap \
        "'$rundown' explore --format json --output part\$SLURM_ARRAY_TASK_ID.json \
        locks.exe $arguments" >out 2>err
    if [ $? = 77 ]; then
        cat out
        return 1
    fi
    compare 'Slurm'
}

for arguments in safe ''; do
    if [ -n "$arguments" ]; then whole=0; else whole=1; fi
    if parallel --version </dev/null 2>/dev/null | grep -q 'GNU parallel'; then
        under_parallel
    else
        echo "skipped: there is no GNU parallel"
    fi
done
arguments=safe whole=0
under_slurm
[ $shown -gt 0 ] || exit 77
finish
