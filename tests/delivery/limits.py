"""The bounds of src/bounce-limits.h that are plain numbers, or products of them,
so that they can be tested where they are."""

import math
import pathlib
import re

LIMITS = {name: math.prod(map(int, value.split("*"))) for name, value in
          re.findall(
              r"^#define BOUNCE_LIMIT_(\w+) \(?(\d+(?: ?\* ?\d+)*)\)?$",
              (pathlib.Path(__file__).resolve().parents[2] /
               "src/bounce-limits.h").read_text(), re.MULTILINE)}
