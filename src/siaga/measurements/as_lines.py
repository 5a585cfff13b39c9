"""Writes a Parquet file of measurements again as JSON Lines: `python -m siaga.measurements.as_lines IN OUT`.

A process of its own, and one that steps back for others: building each line takes the interpreter, which the
watch needs.
"""

import os
import sys
from pathlib import Path

from siaga.measurements.columns import open_columns
from siaga.measurements.export import write_json_lines
from siaga.measurements.judged_by import judged_by

if __name__ == "__main__":
    os.nice(10)
    source, target = map(Path, sys.argv[1:3])
    write_json_lines(target, open_columns([source]), judged_by=judged_by(source))
