"""The control address of simulated platforms: a driver sets time and faults here, with the token."""

import hmac
from typing import TYPE_CHECKING

import orjson

from siaga.simulation.clock import DrivenClock
from siaga.simulation.listening import Receive, Scope, Send, body_of, headers_of, send_answer
from siaga.simulation.messages import Incoming, Outgoing
from siaga.simulation.reading import parse_fault
from siaga.words.errors import BadInput
from siaga.words.time import parse_rfc3339, rfc3339

if TYPE_CHECKING:
    from siaga.simulation.server import SimulatedPlatforms


class Control:
    """Answers at the control address.

    | request | what it does |
    |---|---|
    | `GET /_simulation` | says the time, which faults run, and how many requests were answered |
    | `PUT /_simulation/clock` | sets the time: `{"now": "2024-01-25T00:00:00Z", "speed": 60, "since": ...}` |
    | `PUT /_simulation/faults/WORD` | starts a fault, as a scenario's `fault:` says it |
    | `DELETE /_simulation/faults/WORD` | stops it |
    """

    def __init__(self, platforms: "SimulatedPlatforms") -> None:
        self._platforms = platforms

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        body = await body_of(receive)
        if body is None:
            await send_answer(send, _wrong("The body is too large."))
            return
        request = Incoming(scope["method"], scope["path"], {}, headers_of(scope), body)
        await send_answer(send, self.respond(request))

    def respond(self, request: Incoming) -> Outgoing:
        """The answer; nothing is changed by a bad request."""
        if not hmac.compare_digest(request.bearer() or "", self._platforms.token):
            return Outgoing.json({"error": "A token is needed: Authorization: Bearer TOKEN."}, 401)
        match request.method, request.path.strip("/").split("/"):
            case "GET", ["_simulation"]:
                return self._state()
            case "PUT", ["_simulation", "clock"]:
                return self._set_clock(request.body)
            case "PUT", ["_simulation", "faults", word]:
                return self._start(word, request.body)
            case "DELETE", ["_simulation", "faults", word]:
                self._platforms.stop(word)
                return self._state()
        return Outgoing.json({"error": "There is nothing here."}, 404)

    def _state(self) -> Outgoing:
        platforms = self._platforms
        now = platforms.clock.now()
        running = [trouble.id for trouble in platforms.scenario.troubles_at(now)]
        return Outgoing.json(
            {
                "now": rfc3339(now),
                "scenario": platforms.scenario.id,
                "faults": [*running, *platforms.commanded],
                "answered": platforms.answered,
            }
        )

    def _set_clock(self, body: bytes) -> Outgoing:
        clock = self._platforms.clock
        if not isinstance(clock, DrivenClock):
            return Outgoing.json({"error": "The clock is not driven from here."}, 409)
        try:
            document = orjson.loads(body)
            at = parse_rfc3339(document["now"])
            speed = float(document.get("speed", 0))
            since = parse_rfc3339(document["since"]) if "since" in document else None
        except (ValueError, KeyError, TypeError, AttributeError):
            return _wrong('Write {"now": "2024-01-25T00:00:00Z"}, with speed and since where it is to run.')
        if not 0 <= speed <= 1_000_000:
            return _wrong("speed is from 0 to 1,000,000.")
        clock.set(at, speed, since)
        return self._state()

    def _start(self, word: str, body: bytes) -> Outgoing:
        try:
            self._platforms.start(word, parse_fault(body.decode("utf-8", "replace")))
        except BadInput as bad:
            return _wrong(str(bad))
        return self._state()


def _wrong(what: str) -> Outgoing:
    return Outgoing.json({"error": what}, 400)
