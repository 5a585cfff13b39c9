"""What blocks takes no thread from anybody else, and what it raises arrives."""

import asyncio
import threading

import pytest

from siaga.notifying.own_thread import in_own_thread


async def test_any_number_that_hang_keep_nobody_waiting() -> None:
    go_on = threading.Event()
    hanging = [asyncio.ensure_future(in_own_thread(go_on.wait)) for _ in range(100)]
    assert await in_own_thread(lambda: 7) == 7
    assert await asyncio.to_thread(lambda: 8) == 8
    go_on.set()
    assert await asyncio.gather(*hanging) == [True] * 100


async def test_what_is_raised_arrives() -> None:
    def fails() -> None:
        raise OSError(5, "broken")

    with pytest.raises(OSError, match="broken"):
        await in_own_thread(fails)
