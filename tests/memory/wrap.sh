#!/bin/sh
# Make wrappers: wrap.sh sanitizers|valgrind BUILD-DIRECTORY DIRECTORY
# DIRECTORY/NAME runs the program of that name, and DIRECTORY/any one that is
# named, so that what is wrong with memory ends it and is told in
# DIRECTORY/logs. What runs as another user writes there, too.
set -eu
kind=$1
builddir=$2
dir=$3
srcdir=$(cd "$(dirname "$0")" && pwd)
strict=$builddir/tests/memory/.libs/libstrict.so
[ -f "$strict" ] || { echo "there is no $strict" >&2; exit 1; }
mkdir "$dir/logs"
chmod 755 "$dir"
chmod 1777 "$dir/logs"
# where mail is delivered by a user who may not look into our tree
cp "$strict" "$dir"
strict=$dir/libstrict.so

# wrapper NAME PROGRAM LEAKS: are leaks errors?
wrapper() {
	case $kind in
	sanitizers)
		# Its runtime has to be the first of all libraries. clang's is
		# in the programs.
		runtime=$(ldd "$builddir/src/tool/bouncecause" |
			sed -n 's/.*libasan[^ ]* => \([^ ]*\) .*/\1:/p')
		options="log_path=$dir/logs/report:exitcode=99"
		options="$options:detect_stack_use_after_return=1"
		options="$options:strict_string_checks=1"
		options="$options:quarantine_size_mb=64:detect_leaks=$3"
		# Dovecot calls stat(NULL) where a mailbox has no index.
		options="$options:intercept_stat=0"
		ubsan="log_path=$dir/logs/report:print_stacktrace=1"
		run="env LD_PRELOAD=$runtime$strict ASAN_OPTIONS=$options"
		run="$run UBSAN_OPTIONS=$ubsan" ;;
	valgrind)
		run="env LD_PRELOAD=$strict valgrind --quiet --vgdb=no"
		run="$run --log-file=$dir/logs/report.%p --error-exitcode=99"
		run="$run --trace-children=yes --num-callers=30"
		# of others, valgrind cannot start those whose script it may not read
		run="$run --trace-children-skip=*sendmail*,*/bin/program"
		run="$run --suppressions=$srcdir/valgrind.supp"
		[ "$3" = 0 ] || run="$run --leak-check=full \
--show-leak-kinds=definite --errors-for-leak-kinds=definite" ;;
	*)	exit 2 ;;
	esac
	cat >"$dir/$1" <<WRAPPER
#!/bin/sh
# or doveconf, which runs Dovecot's programs again, takes them away
DOVECOT_PRESERVE_ENVS="\${DOVECOT_PRESERVE_ENVS-} LD_PRELOAD ASAN_OPTIONS"
DOVECOT_PRESERVE_ENVS="\$DOVECOT_PRESERVE_ENVS UBSAN_OPTIONS"
export DOVECOT_PRESERVE_ENVS
exec $run $2 "\$@"
WRAPPER
	chmod 755 "$dir/$1"
}

wrapper any "" 1
wrapper bouncecause "$builddir/src/tool/bouncecause" 1
# These start a process with our plugin, to ask what Sieve can do.
if [ "$kind" = sanitizers ]; then
	wrapper dovecot /usr/sbin/dovecot 0
	wrapper config /usr/lib/dovecot/config 0
fi
# What is Dovecot's own may leak.
for program in lmtp imap managesieve dovecot-lda; do
	wrapper $program /usr/lib/dovecot/$program 0
done
for program in sieve-test sievec sieve-dump sieve-filter; do
	wrapper $program /usr/bin/$program 0
done
