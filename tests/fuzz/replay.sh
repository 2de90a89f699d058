#!/bin/sh
# Run all inputs that there are: the seeds, and those that once found something.
set -u
srcdir=${srcdir:-$(dirname "$0")}
passed=0
failed=0
/usr/bin/env python3 -B "$srcdir/seeds.py" --bouncecause "$BOUNCECAUSE" seeds ||
	exit 1
for program in $FUZZERS; do
	name=${program#fuzz-}
	found=$(find "$srcdir/found/$name" -type f 2>/dev/null)
	if ${BOUNCECAUSE_WRAPPERS:+"$BOUNCECAUSE_WRAPPERS/any"} "./$program" \
		"seeds/$name"/* $found >"$program.out" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		tail -n 40 "$program.out"
	fi
done
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
