"""Signing in: once for many rounds, and counted against the platform's budget."""

import base64
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

import orjson
from tests.watch.scripted_watch import START, ScriptedProber, election, found, watch_of

from siaga.domain.answers import Session
from siaga.domain.records import Stream
from siaga.domain.time import SimulatedClock
from siaga.election.model import Credential, SurfaceWatch
from siaga.platforms.conversation import Instance, SignIn
from siaga.platforms.registry import platforms
from siaga.platforms.tokens import expiry_of
from siaga.probing.rounds import SignedIn
from siaga.watch.sign_ins import SignIns

BUDGET = 1000


class SigningIn(ScriptedProber):
    """Gives a token for two requests."""

    signed_in = 0

    async def sign_in(self, conversation: SignIn, vantage: str) -> SignedIn:
        conversation.close()
        self.signed_in += 1
        return SignedIn("token", 2)


async def test_signing_in_happens_once_and_its_requests_count_against_the_budget(tmp_path: Path) -> None:
    whole = election(budget=BUDGET)
    (platform,) = (platform for platform in whole.platforms if platform.id == "bluesky")
    platform = replace(
        platform,
        surfaces=(SurfaceWatch("search-latest", timedelta(minutes=1), Session.SIGNED_IN),),
        credential=Credential("password", environment="NOWHERE", account="a.example"),
    )
    declared = replace(whole, platforms=(platform,), vantages=whole.vantages[:1])
    prober, clock = SigningIn(found), SimulatedClock(START)
    instance = Instance("http://127.0.0.1:9", Session.SIGNED_IN, "password", "a.example")
    async with watch_of(tmp_path, clock, prober, declared, instance) as opened:
        for _ in range(3):
            clock.advance_to(opened.watch.next_due())
            await opened.watch.step()
        (left,) = opened.view.health().budgets
    asked = sum(len(round_.askings) for round_ in prober.asked)
    assert (prober.signed_in, len(prober.asked)) == (1, 3)
    assert left.share_left == 1 - (asked + 2) / BUDGET


async def test_a_token_is_renewed_before_it_expires_so_that_no_round_is_lost(tmp_path: Path) -> None:
    class Expiring(ScriptedProber):
        """Gives tokens that last two hours."""

        signed_in: ClassVar[list[datetime]] = []

        async def sign_in(self, conversation: SignIn, vantage: str) -> SignedIn:
            conversation.close()
            self.signed_in.append(clock.now())
            claims = orjson.dumps({"exp": int((clock.now() + timedelta(hours=2)).timestamp())})
            return SignedIn(f"e30.{base64.urlsafe_b64encode(claims).decode()}.c2ln", 1)

    clock, instance = SimulatedClock(START), Instance("http://a", Session.SIGNED_IN, "password", "a.example")
    prober = Expiring(found)
    sign_ins = SignIns(prober, lambda stream: instance)
    stream = Stream("bluesky", "search-latest", "here", Session.SIGNED_IN)
    for minute in range(0, 240, 5):
        clock.advance_to(START + timedelta(minutes=minute))
        with_token, _ = await sign_ins.instance(platforms()["bluesky"], stream, clock.now())
        ends = expiry_of(with_token.secret or "")
        assert ends is not None
        assert ends > clock.now()
    assert [at - START for at in prober.signed_in] == [timedelta(minutes=minute) for minute in (0, 115, 230)]
