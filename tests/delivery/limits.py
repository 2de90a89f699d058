"""The bounds of src/bounce-limits.h that are plain numbers, so that they can be
tested where they are."""

import pathlib
import re

LIMITS = {name: int(value) for name, value in re.findall(
    r"^#define BOUNCE_LIMIT_(\w+) (\d+)$",
    (pathlib.Path(__file__).resolve().parents[2] /
     "src/bounce-limits.h").read_text(), re.MULTILINE)}
