#!/bin/sh
# Is nothing quadratic, of some hostile mails? `make bench-doubling` takes all.
exec "${PYTHON3:?}" -B "$(dirname "$0")/doubling.py" --quick "${top_builddir:?}"
