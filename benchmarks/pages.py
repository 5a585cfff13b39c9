"""What a page costs: `python -m benchmarks.pages`.

CPU time of making a page and its weight, over the sample room of the tests: 6 names on 5 platforms, and 600
on 12. A page is made once a second at most, however many look; the second time is what the others cost.
"""

import asyncio
import gzip
import statistics
import time

import httpx
from tests.web import sample_room

from siaga.ports.site import SitePorts
from siaga.web.app import create_site

TIMES = 21


async def measure(label: str, room: sample_room.SampleRoom, address: str) -> None:
    """Print one line."""
    made: list[float] = []
    again: list[float] = []
    weight = b""
    for fresh_s, spent in ((0.0, made), (3600.0, again)):
        site = httpx.ASGITransport(app=create_site(SitePorts(room), fresh_s=fresh_s))
        headers = {"accept-encoding": "identity"}
        async with httpx.AsyncClient(transport=site, base_url="http://127.0.0.1", headers=headers) as asking:
            await asking.get(address)
            for _ in range(TIMES):
                started = time.process_time()
                weight = (await asking.get(address)).content
                spent.append(time.process_time() - started)
    print(
        f"{label:>8} {address:<16} made {statistics.median(made) * 1e3:6.1f} ms, "
        f"shown again {statistics.median(again) * 1e3:5.2f} ms, "
        f"{len(weight) / 1e3:6.0f} kB, compressed {len(gzip.compress(weight, 4)) / 1e3:5.1f} kB"
    )


async def main() -> None:
    """Small and large, the overview and a subject."""
    small, large = sample_room.many(6, 5), sample_room.many()
    for address in ("/en/", "/en/names/p3/c1"):
        await measure("6 x 5", small, address)
    for address in ("/en/", "/en/?show=open", "/en/names/p3/c7"):
        await measure("600 x 12", large, address)


if __name__ == "__main__":
    asyncio.run(main())
