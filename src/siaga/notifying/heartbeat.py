"""The heartbeat to an outside monitor: sent while measuring goes on, so that its absence wakes somebody."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import certifi
import pycurl

from siaga.domain.time import Clock
from siaga.notifying.own_thread import in_own_thread

LONGEST_S: Final = 20

_log = logging.getLogger(__name__)


class Heartbeat:
    """One watch's heartbeat to one monitor."""

    def __init__(
        self,
        address: str,
        every: timedelta,
        posts: bool,
        is_measuring: Callable[[datetime], bool],
        clock: Clock,
    ) -> None:
        """`is_measuring` says whether something was measured of late: without that nothing is sent."""
        self._address, self._every, self._posts = address, every, posts
        self._is_measuring, self._clock = is_measuring, clock
        self._is_failing = False

    async def run(self) -> None:
        """Beat until cancelled."""
        while True:
            await self.beat()
            await self._clock.sleep_until(self._clock.now() + self._every)

    async def beat(self) -> bool:
        """Send one, if something is being measured; whether the monitor took it. What goes wrong is said
        once, and never with the address: whoever knows it could feign the heartbeat."""
        if not self._is_measuring(self._clock.now()):
            return False
        problem = await in_own_thread(self._send)
        if problem and not self._is_failing:
            _log.error("the heartbeat was not taken: %s", problem)
        elif self._is_failing and not problem:
            _log.warning("the heartbeat is taken again")
        self._is_failing = bool(problem)
        return not problem

    def _send(self) -> str:
        """What went wrong; empty where it was taken. No redirect is followed."""
        curl = pycurl.Curl()
        try:
            curl.setopt(pycurl.URL, self._address)
            curl.setopt(pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS)
            curl.setopt(pycurl.CAINFO, certifi.where())
            curl.setopt(pycurl.NOSIGNAL, 1)
            curl.setopt(pycurl.PROXY, "")
            curl.setopt(pycurl.TIMEOUT, LONGEST_S)
            curl.setopt(pycurl.USERAGENT, "siaga")
            curl.setopt(pycurl.WRITEFUNCTION, len)
            if self._posts:
                curl.setopt(pycurl.POSTFIELDS, b"")
            curl.perform()
            status = curl.getinfo(pycurl.RESPONSE_CODE)
            return "" if 200 <= status < 300 else f"status {status}"
        except pycurl.error as error:
            return f"it could not be reached (curl {error.args[0]})"
        finally:
            curl.close()
