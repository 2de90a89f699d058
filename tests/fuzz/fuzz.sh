#!/bin/sh
# Fuzz with each program of $FUZZERS for FUZZ_SECONDS, as many at a time as there
# are CPUs, in the build directory. What is worth keeping is kept in
# corpus/NAME; an input that fails is found-NAME-*: mend it, and put it into
# found/NAME in the sources. The last line is "N passed, N failed".
set -u
srcdir=${srcdir:-$(dirname "$0")}
seconds=${FUZZ_SECONDS:-60}
jobs=${FUZZ_JOBS:-$(nproc 2>/dev/null || echo 2)}
programs=${FUZZERS:-$(echo fuzz-[a-z]*)}

fuzz() {
	name=${1#fuzz-}
	mkdir -p "corpus/$name"
	rm -f "$1.passed"
	set -- "$1" "corpus/$name" "seeds/$name"
	[ ! -d "$srcdir/found/$name" ] || set -- "$@" "$srcdir/found/$name"
	[ ! -f "$srcdir/$name.dict" ] ||
		set -- "$@" "-dict=$srcdir/$name.dict"
	program=$1
	shift
	# What is new goes to the first directory.
	if "./$program" -max_total_time="$seconds" -timeout=20 \
		-rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 \
		-artifact_prefix="found-$name-" "$@" >"$program.out" 2>&1; then
		touch "$program.passed"
	fi
}

/usr/bin/env python3 -B "$srcdir/seeds.py" --bouncecause "$BOUNCECAUSE" seeds ||
	exit 1
running=0
for program in $programs; do
	fuzz "$program" &
	running=$((running + 1))
	# all take the same time
	[ $((running % jobs)) != 0 ] || wait
done
wait

passed=0
failed=0
for program in $programs; do
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' \
		"$program.out")
	# A fuzzer that did not come to run anything has found nothing.
	if [ -f "$program.passed" ] && [ "${runs:-0}" -gt 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		tail -n 60 "$program.out"
	fi
	printf '%s: %s runs in %s s\n' "$program" "${runs:-no}" "$seconds"
done
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
