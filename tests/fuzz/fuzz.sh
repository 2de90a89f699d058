#!/bin/sh
# Fuzz, in the build directory: fuzz.sh [--seconds N] PROGRAM...
# What is worth keeping is kept in corpus/NAME; an input that fails is
# found-NAME-*: mend it, and put it into found/NAME in the sources. The last
# line is "N passed, N failed".
set -u
srcdir=$(dirname "$0")
seconds=60
if [ "${1:-}" = --seconds ]; then
	seconds=$2
	shift 2
fi
passed=0
failed=0
/usr/bin/env python3 -B "$srcdir/seeds.py" \
	--bouncecause ../../src/tool/bouncecause seeds || exit 1
for program in "$@"; do
	name=${program#fuzz-}
	mkdir -p "corpus/$name"
	dict=
	[ ! -f "$srcdir/$name.dict" ] || dict=-dict=$srcdir/$name.dict
	found=
	[ ! -d "$srcdir/found/$name" ] || found=$srcdir/found/$name
	# what is new goes to the first directory
	if "./$program" -max_total_time="$seconds" -timeout=10 \
		-rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 \
		-artifact_prefix="found-$name-" $dict \
		"corpus/$name" "seeds/$name" $found \
		>"$program.log" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		tail -n 40 "$program.log"
	fi
	printf '%s: %s\n' "$program" "$(sed -n \
		's/^stat::number_of_executed_units: *//p' "$program.log") runs"
done
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
