"""What a stranger calls a picture is made harmless, or refused with what to do instead."""

import io
import os
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from siaga.domain.errors import BadInput
from siaga.reporting.pictures import LONGEST_SIDE, MOST_BYTES, Pictures, harmless


def picture(kind: str = "PNG", size: tuple[int, int] = (300, 600), **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (10, 200, 30)).save(out, kind, **more)
    return out.getvalue()


def with_place() -> bytes:
    """A photograph that says where it was taken, and by which camera."""
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif[0x0112] = 6  # turned by a quarter
    exif.get_ifd(0x8825)[2] = (6.0, 12.0, 30.0)
    return picture("JPEG", exif=exif, comment=b"SecretComment")


def test_what_it_says_beside_its_points_is_gone_and_it_stands_upright() -> None:
    given_ = with_place()
    assert b"SecretCamera" in given_
    bare = harmless(given_)
    for word in (b"SecretCamera", b"SecretComment", b"Exif", b"EXIF", b"XMP"):
        assert word not in bare
    with Image.open(io.BytesIO(bare)) as one:
        assert (one.format, one.size) == ("WEBP", (600, 300))
        assert not one.getexif()


def test_a_large_screenshot_becomes_smaller() -> None:
    with Image.open(io.BytesIO(harmless(picture(size=(2_000, 4_000))))) as one:
        assert max(one.size) == LONGEST_SIDE


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_the_three_kinds_are_taken(kind: str) -> None:
    assert harmless(picture(kind)).startswith(b"RIFF")


def test_see_through_pictures_become_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "PNG")
    with Image.open(io.BytesIO(harmless(out.getvalue()))) as one:
        assert one.convert("RGB").getpixel((5, 5)) == (255, 255, 255)


def bomb(width: int, height: int) -> bytes:
    """A PNG of some bytes that says it is as large as a house."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\x00" * 100_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x" * (MOST_BYTES + 1),
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        picture("GIF"),
        picture("BMP"),
        picture("TIFF"),
        picture()[:100],
        bomb(50_000, 50_000),
        bomb(4_999, 5_001),
        bomb(2**31 - 1, 2**31 - 1),
        bomb(0, 5),
        b"%PDF-1.7\n",
        b"\x89PNG\r\n\x1a\n",
    ],
    ids=lambda data: f"{bytes(data[:12])!r}",
)
def test_what_is_no_such_picture_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput) as refused:
        harmless(data)
    assert refused.value.faults[0].field == "picture"


def test_what_hides_behind_a_picture_does_not_come_along() -> None:
    assert b"<script>" not in harmless(picture() + b"<script>alert(1)</script>")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.integers(8, 200))
def test_any_bytes_are_taken_or_refused(noise: bytes, place: int) -> None:
    for data in (noise, picture()[:place] + noise + picture()[place:]):
        try:
            bare = harmless(data)
        except BadInput:
            continue
        assert bare.startswith(b"RIFF")


def test_a_kept_picture_is_found_by_its_digest_and_forgotten(tmp_path: Path) -> None:
    pictures, bare = Pictures(tmp_path), harmless(picture())
    digest = pictures.keep(bare)
    assert pictures.keep(bare) == digest
    assert pictures.path(digest).read_bytes() == bare
    pictures.forget(digest)
    pictures.forget(digest)
    assert not pictures.path(digest).exists()


def test_the_same_picture_sent_many_times_at_once_is_kept_once(tmp_path: Path) -> None:
    pictures, bare = Pictures(tmp_path), harmless(picture())
    with ThreadPoolExecutor(8) as threads:
        digests = set(threads.map(lambda _: pictures.keep(bare), range(40)))
    assert [path.stem for path in (tmp_path / "pictures").iterdir()] == list(digests)


def test_what_a_kill_left_without_a_report_goes_with_the_others_of_its_time(tmp_path: Path) -> None:
    pictures, at = Pictures(tmp_path), datetime(2024, 1, 25, tzinfo=UTC)
    pictures.forget_older(at)
    old, new = pictures.keep(harmless(picture())), pictures.keep(harmless(picture(size=(20, 20))))
    for digest, days in ((old, -1), (new, 1)):
        moment = (at + timedelta(days=days)).timestamp()
        os.utime(pictures.path(digest), (moment, moment))
    pictures.forget_older(at)
    assert not pictures.path(old).exists()
    assert pictures.path(new).exists()
