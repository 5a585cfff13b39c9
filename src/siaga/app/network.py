"""The network of a watch: one transport a vantage, and one prober over them all."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from siaga import __version__
from siaga.app.instances import proxy_of
from siaga.election.model import Election
from siaga.probing.rounds import Prober
from siaga.probing.transport import Transport


@asynccontextmanager
async def prober_of(election: Election) -> AsyncIterator[Prober]:
    """A prober that asks from every vantage of the election, for the length of a block.

    Raises:
        BadInput: a vantage's proxy is not where the election file says.
    """
    concurrency = {platform.id: platform.concurrency for platform in election.platforms}
    proxies = {vantage.id: proxy_of(vantage) for vantage in election.vantages}
    transports: dict[str, Transport] = {}
    try:
        for vantage in election.vantages:
            transports[vantage.id] = Transport(
                proxy=proxies[vantage.id], family=vantage.family, agent=f"siaga/{__version__}"
            )
        yield Prober(transports.__getitem__, concurrency=concurrency.__getitem__)
    finally:
        for transport in transports.values():
            transport.close()
