#!/bin/sh
# Do the measurements run? What they come to is not judged here.
exec "${PYTHON3:?}" -B "$(dirname "$0")/bench.py" --quick "${top_builddir:?}"
