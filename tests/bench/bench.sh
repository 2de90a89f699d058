#!/bin/sh
# What a message costs. Run in a build directory by `make bench`:
#
#   bench.sh [--quick] BUILD-DIRECTORY [FILE...]
#
# Time per message against lib-mail's bare parse of the same message, time to
# load the rules, sizes; with valgrind installed, instructions too, which do not
# depend on how busy the machine is. Without FILE: ordinary mails of the usual
# sizes, which are made up, and then the sample reports.
set -eu
quick=
if [ "$1" = --quick ]; then
	quick=yes
	shift
fi
builddir=$1
shift
here=$(dirname "$0")
python3=/usr/bin/python3
[ -x "$python3" ] || python3=python3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

measure=$builddir/tests/bench/measure
rules=$builddir/rules/bouncecause.rules
plugin=$builddir/src/sieve/.libs/lib90_sieve_bouncecause_plugin.so
rounds=200
[ -z "$quick" ] || rounds=2

take_times() {
	"$measure" "$rules" "$rounds" "$@" >"$work/times"
	cat "$work/times"
	cat "$work/times" >>"$work/sums"
}
if [ $# -eq 0 ]; then
	"$python3" -B "$here/mails.py" "$here/../.." "$work"
	echo "ordinary mails"
	take_times "$work"/*.eml
	set -- "$here"/../samples/table/[0-9]*.eml
	echo "reports"
fi
take_times "$@"
[ ! -f "$work/note.eml" ] || awk '/ all [0-9]+ mails/ {
	count[++group] = $5; parse[group] = $1; classify[group] = $2
}
END {
	parsed = .99 * parse[1] / count[1] + .01 * parse[2] / count[2]
	classified = .99 * classify[1] / count[1] + \
		.01 * classify[2] / count[2]
	printf "%10.1f %10.1f %6.2f  a mail, where one in a hundred is a report\n",
		parsed, classified, classified / parsed
}' "$work/sums"
size() {
	printf '%10s  bytes: %s\n' "$(wc -c <"$1")" "$2"
}
size "$rules" "compiled rules"
stripped=$work/plugin
strip -o "$stripped" "$plugin"
size "$stripped" "plugin, stripped"

[ -z "$quick" ] || exit 0
command -v valgrind >/dev/null || {
	echo "instructions: not counted, valgrind is not installed"
	exit 0
}
# Instructions of one more round: what start-up costs drops out.
instructions() {
	job=$1
	count=$2
	shift 2
	valgrind --tool=callgrind --callgrind-out-file=/dev/null \
		"$measure" --only "$job" "$rules" "$count" "$@" 2>&1 |
		sed -n 's/.*Collected : *//p'
}
for job in parse classify; do
	once=$(instructions $job 1 "$@")
	thrice=$(instructions $job 3 "$@")
	printf '%10s  instructions a mail: %s\n' \
		$(((thrice - once) / 2 / $#)) $job
done
