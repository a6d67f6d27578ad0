#!/bin/sh
# The examples run with --verify, and nothing is found: they show how it is done.
. "$(dirname "$0")/../cli/support.sh"

mkdir bin
ln -s "$rundown_cc" bin/rundown-cc
ln -s "$rundown_cxx" bin/rundown-c++
for file in "$(dirname "$rundown_cc")"/*; do
    [ -e "bin/$(basename "$file")" ] || ln -s "$file" bin/
done
rm -f bin/rundown
cat >bin/rundown <<END
#!/bin/sh
[ "\$1" = run ] || exec "$rundown" "\$@"
shift
exec "$rundown" run --verify "\$@"
END
chmod +x bin/rundown

for script in "$RUNDOWN_SOURCE_DIR"/examples/*/run; do
    expect 0 sh "$script" "$work/bin"
    ! grep '^rundown: [A-Z]-' err || fail "something is found"
    ! grep -q '\*\*\* STOP' err || fail "the machine stops"
done
finish
