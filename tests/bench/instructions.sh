#!/bin/sh
# Does nothing take more instructions than it did?
exec "${PYTHON3:?}" -B "$(dirname "$0")/instructions.py" "${top_builddir:?}" \
	"${top_srcdir:?}"
