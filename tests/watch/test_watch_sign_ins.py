"""Signing in: once for many rounds, and counted against the platform's budget."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tests.watch.scripted_watch import START, ScriptedProber, election, found, watch_of

from siaga.domain.answers import Session
from siaga.domain.time import SimulatedClock
from siaga.election.model import Credential, SurfaceWatch
from siaga.platforms.conversation import Instance, SignIn
from siaga.probing.rounds import SignedIn

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
