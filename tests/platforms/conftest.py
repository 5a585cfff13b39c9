"""Lets this room's tests share `platform_talk.py` and `platform_samples.py`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
