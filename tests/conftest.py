"""For all tests: properties are judged by what holds, never by how long a busy machine takes."""

import os

from hypothesis import settings

settings.register_profile("siaga", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "siaga")
