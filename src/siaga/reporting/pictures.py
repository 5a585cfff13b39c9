"""Makes a picture that a stranger sent harmless: bounded, decoded, made smaller, written anew without what a
camera says of itself and where it was.
"""

import hashlib
import io
import os
import secrets
import warnings
from datetime import datetime
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from siaga.domain.errors import BadInput, Fault

MOST_BYTES: Final = 5 * 1024 * 1024
MOST_PIXELS: Final = 24_000_000
LONGEST_SIDE: Final = 1_600
KINDS: Final = ("PNG", "JPEG", "WEBP")
FOLDER: Final = "pictures"
QUALITY: Final = 80


def harmless(data: bytes) -> bytes:
    """The picture again, as WebP without anything beside its pixels.

    Raises:
        BadInput: it is no such picture, too large, or broken.
    """
    if len(data) > MOST_BYTES:
        raise BadInput(_fault("The picture is larger than 5 MB.", "Choose a smaller one."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(data), formats=KINDS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    what = f"The picture has more than {MOST_PIXELS // 1_000_000} megapixels."
                    raise BadInput(_fault(what, "Send a screenshot instead."))
                if picture.format == "JPEG":
                    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
                picture.load()
                upright = ImageOps.exif_transpose(picture)
                upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
                bare = Image.new("RGB", upright.size, "white")
                colours = upright.convert("RGBA")
                bare.paste(colours, mask=colours)
    except BadInput:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError):
        raise BadInput(_fault("This picture cannot be read.", "Send PNG, JPEG or WebP.")) from None
    out = io.BytesIO()
    bare.save(out, "WEBP", quality=QUALITY, method=2)
    return out.getvalue()


class Pictures:
    """Harmless pictures in a directory, by their digests."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory / FOLDER

    def keep(self, picture: bytes) -> str:
        """Write one that is harmless; returns its SHA-256, hexadecimal."""
        digest = hashlib.sha256(picture).hexdigest()
        self._directory.mkdir(exist_ok=True)
        temporary = (
            self._directory / f"{digest}.{secrets.token_hex(6)}.new"
        )  # the same may come twice at once
        with temporary.open("wb") as file:
            file.write(picture)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.path(digest))
        return digest

    def path(self, digest: str) -> Path:
        """Where one lies."""
        return self._directory / f"{digest}.webp"

    def forget(self, digest: str) -> None:
        """Remove one."""
        self.path(digest).unlink(missing_ok=True)

    def forget_older(self, before: datetime) -> None:
        """Remove what was written before a moment: also what a kill left there without its report."""
        if self._directory.is_dir():
            for path in self._directory.iterdir():
                if path.stat().st_mtime < before.timestamp():
                    path.unlink(missing_ok=True)


def _fault(what: str, do: str) -> Fault:
    return Fault(what, do, field="picture")
