"""The network of a watch: one transport a vantage, and one prober over them all."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

from siaga import __version__
from siaga.composition.instances import proxy_of
from siaga.election.model import Election
from siaga.election.readers import PAGE
from siaga.probing.browser import launched
from siaga.probing.rounds import Prober
from siaga.probing.transport import Transport

MOST_TABS: Final = 4
"""Pages that a vantage's browser has open at once; each takes about a hundred megabytes."""


@asynccontextmanager
async def prober_of(election: Election, resolver_rules: str | None = None) -> AsyncIterator[Prober]:
    """A prober that asks from every vantage of the election, for the length of a block. Where the election
    file switches a browser on, each vantage has one of its own, through the same proxy.

    `resolver_rules` are Chromium's, such as to reach nothing but 127.0.0.1.

    Raises:
        BadInput: a vantage's proxy is not where the election file says, or a browser is wanted and not there.
    """
    concurrency = {platform.id: platform.concurrency for platform in election.platforms}
    proxies = {vantage.id: proxy_of(vantage) for vantage in election.vantages}
    tabs = min(
        MOST_TABS, sum(platform.concurrency for platform in election.platforms if platform.reader == PAGE)
    )
    transports: dict[str, Transport] = {}
    async with AsyncExitStack() as opened:
        for vantage in election.vantages:
            proxy = proxies[vantage.id]
            browser = (
                await opened.enter_async_context(
                    launched(proxy=proxy, resolver_rules=resolver_rules, most_tabs=tabs)
                )
                if tabs
                else None
            )
            transport = Transport(
                proxy=proxy, family=vantage.family, agent=f"siaga/{__version__}", browser=browser
            )
            opened.callback(transport.close)
            transports[vantage.id] = transport
        yield Prober(transports.__getitem__, concurrency=concurrency.__getitem__)
