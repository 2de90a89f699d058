#!/bin/sh
# Do the measurements run? What they come to is not judged here.
exec "$(dirname "$0")/bench.sh" --quick "${top_builddir:?}"
