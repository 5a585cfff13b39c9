"""The files that pages load: shared ones in `web/static`, those of one slice in its own folder `static`.

A browser finds all of them under `/static/`, so their names are unique (a test holds that).
"""

from pathlib import Path
from typing import Final

from starlette.staticfiles import StaticFiles

WEB: Final = Path(__file__).parents[1]


def static_folders() -> list[Path]:
    """The folders whose files are served."""
    return [WEB / "static", *sorted(folder for folder in WEB.glob("*/static") if folder.is_dir())]


def static_files() -> list[Path]:
    """All files that pages may load."""
    return sorted(file for folder in static_folders() for file in folder.iterdir())


class SliceFiles(StaticFiles):
    """Serves the files of all folders under one address."""

    def __init__(self) -> None:
        folders = static_folders()
        super().__init__(directory=folders[0])
        self.all_directories = list(folders)
