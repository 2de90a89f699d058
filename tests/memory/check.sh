#!/bin/sh
# Run tests with a checker of memory: check.sh sanitizers|valgrind [DIRECTORY...]
# in a build directory (for sanitizers: of configure --enable-sanitizers, or
# --enable-fuzzing). Directories are those of tests/, by default all whose
# results do not depend on what the checker itself costs. What it found is
# reports.log; nothing is a passed test.
set -u
srcdir=$(cd "$(dirname "$0")" && pwd)
builddir=$(pwd)
kind=$1
shift
[ $# -gt 0 ] || set -- tests/unit tests/tool tests/fuzz tests tests/sieve \
	tests/delivery
make -s -C tests/memory check </dev/null || exit 1

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
rm -f tests/memory/reports.*
"$srcdir/wrap.sh" "$kind" "$builddir" "$dir" || exit 1
BOUNCECAUSE_WRAPPERS=$dir
# With a checker all takes longer, and its child processes want leaks where they
# stand.
BOUNCECAUSE_HANG_SECONDS=3600
CK_DEFAULT_TIMEOUT=3600
ASAN_OPTIONS=detect_leaks=0
BOUNCECAUSE_CHECKER=$kind
export BOUNCECAUSE_WRAPPERS BOUNCECAUSE_HANG_SECONDS CK_DEFAULT_TIMEOUT
export ASAN_OPTIONS BOUNCECAUSE_CHECKER
jobs=$(nproc 2>/dev/null || echo 2)
for tests in "$@"; do
	# not those of its subdirectories
	target=check
	[ "$tests" != tests ] || target=check-am
	set --
	[ "$tests" != tests/unit ] || set -- LOG_COMPILER="$dir/any"
	make -s -k -j"$jobs" -C "$tests" $target "$@" </dev/null
done

cd tests/memory || exit 1
find "$dir/logs" -type f -size +0 -exec cat {} + >reports.log
if [ -s reports.log ]; then
	echo "0 passed, 1 failed" >>reports.log
	result=FAIL
else
	echo "1 passed, 0 failed" >>reports.log
	result=PASS
fi
echo ":global-test-result: $result" >reports.trs
[ $result = PASS ]
