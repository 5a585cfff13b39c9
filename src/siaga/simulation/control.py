"""The control address of simulated platforms: a driver sets time and faults here, with the token."""

import hmac
from collections.abc import Callable, Mapping

import orjson

from siaga.domain.errors import BadInput
from siaga.domain.time import Clock, parse_rfc3339, rfc3339
from siaga.simulation.clock import DrivenClock
from siaga.simulation.commands import FaultCommands
from siaga.simulation.listening import Receive, Scope, Send, body_of, headers_of, send_answer
from siaga.simulation.messages import Incoming, Outgoing
from siaga.simulation.reading import parse_fault


class ControlApi:
    """Answers at the control address.

    | request | what it does |
    |---|---|
    | `GET /_simulation` | says the time, the faults started here, and what else goes on |
    | `PUT /_simulation/clock` | sets the time: `{"now": "2024-01-25T00:00:00Z", "speed": 60, "since": ...}` |
    | `PUT /_simulation/faults/WORD` | starts a fault, as a scenario's `fault:` says it |
    | `DELETE /_simulation/faults/WORD` | stops it |
    """

    def __init__(
        self, token: str, commands: FaultCommands, clock: Clock, say: Callable[[], Mapping[str, object]]
    ) -> None:
        """`say` gives what else the state tells."""
        self._token = token
        self._commands = commands
        self._clock = clock
        self._say = say

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
        if not hmac.compare_digest((request.bearer() or "").encode(), self._token.encode()):
            return Outgoing.json({"error": "A token is needed: Authorization: Bearer TOKEN."}, 401)
        match request.method, request.path.strip("/").split("/"):
            case "GET", ["_simulation"]:
                return self._state()
            case "PUT", ["_simulation", "clock"]:
                return self._set_clock(request.body)
            case "PUT", ["_simulation", "faults", word]:
                return self._start(word, request.body)
            case "DELETE", ["_simulation", "faults", word]:
                self._commands.stop(word)
                return self._state()
        return Outgoing.json({"error": "There is nothing here."}, 404)

    def _state(self) -> Outgoing:
        now = rfc3339(self._clock.now())
        return Outgoing.json({"now": now, "faults": list(self._commands.faults), **self._say()})

    def _set_clock(self, body: bytes) -> Outgoing:
        clock = self._clock
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
            self._commands.start(word, parse_fault(body.decode("utf-8", "replace")))
        except BadInput as bad:
            return _wrong(str(bad))
        return self._state()


def _wrong(what: str) -> Outgoing:
    return Outgoing.json({"error": what}, 400)
