"""A watch without a platform's credential measures the others, and is never green for the unasked one."""

import logging
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.watch.scripted_watch import (
    START,
    ScriptedProber,
    election,
    found,
    pass_by,
    seed_keys,
    watch_of,
)

from siaga.cli.room_files import room_of
from siaga.composition.open_watch import OpenWatch, open_watch
from siaga.composition.readers import readers_of
from siaga.domain.answers import Answer, Session
from siaga.domain.credentials import MissingCredential
from siaga.domain.records import Stream
from siaga.domain.time import SimulatedClock
from siaga.domain.verdicts import State, Verdict
from siaga.election.model import Credential, Election
from siaga.i18n.speech import Speech
from siaga.platforms.conversation import Instance
from siaga.web.summary.headline import headline_of

ENGLISH = Speech("en", "UTC")


def signed_in(sessions: Sequence[Session]) -> Election:
    """The small election, with X's surfaces asked in these sessions."""
    declared = election()
    x, bluesky = declared.platforms
    surfaces = tuple(
        replace(surface, session=session) for surface, session in zip(x.surfaces, sessions, strict=True)
    )
    x = replace(x, surfaces=surfaces, credential=Credential("bearer", "TOKEN"))
    return replace(declared, platforms=(x, bluesky))


def without_credential(
    directory: Path, clock: SimulatedClock, prober: ScriptedProber, declared: Election, is_all: bool
) -> AbstractAsyncContextManager[OpenWatch]:
    """The watch of an election whose credential for X is not there: no instance is known for it."""

    def instance_of(stream: Stream) -> Instance:
        assert (stream.platform, stream.session) != ("x", Session.SIGNED_IN)
        return Instance("http://127.0.0.1:9")

    seed_keys(directory)
    return open_watch(
        declared,
        directory,
        readers=readers_of(declared, directory),
        instance_of=instance_of,
        clock=clock,
        room=room_of(None, declared),
        prober=prober,
        missing=[MissingCredential("x", "bearer", "https://x.example", "TOKEN", None, is_all)],
    )


def whole(opened: OpenWatch, platform: str) -> set[State]:
    def is_of_a_name(verdict: Verdict) -> bool:
        return verdict.subject is not None and not verdict.is_of_one_stream

    return {v.state for v in opened.view.verdicts() if v.platform == platform and is_of_a_name(v)}


async def test_the_other_platforms_are_measured_and_it_is_never_green(tmp_path: Path) -> None:
    declared, clock = signed_in([Session.SIGNED_IN, Session.SIGNED_IN]), SimulatedClock(START)
    prober = ScriptedProber(found)
    async with without_credential(tmp_path, clock, prober, declared, is_all=True) as opened:
        await pass_by(opened, clock, timedelta(hours=1))
        assert {round_.stream.platform for round_ in prober.asked} == {"bluesky"}
        assert whole(opened, "bluesky") == {State.FINDABLE}
        assert State.FINDABLE not in whole(opened, "x")
        headline = headline_of(ENGLISH, declared, opened.view.verdicts(), opened.view.health())
        left = {budget.platform: budget.share_left for budget in opened.view.health().budgets}
    assert headline.state is State.UNMEASURABLE
    assert "Not fully measured: x" in headline.text
    assert left["x"] == 1.0, "what is not asked uses nothing"


async def test_what_was_green_with_the_credential_is_not_green_after_a_start_without_it(
    tmp_path: Path,
) -> None:
    declared, clock = signed_in([Session.SIGNED_IN, Session.SIGNED_IN]), SimulatedClock(START)
    async with watch_of(tmp_path, clock, ScriptedProber(found), declared) as opened:
        await pass_by(opened, clock, timedelta(hours=1))
        assert whole(opened, "x") == {State.FINDABLE}
    async with without_credential(tmp_path, clock, ScriptedProber(found), declared, is_all=True) as opened:
        assert whole(opened, "x") == {State.UNMEASURABLE}
        assert {v.state for v in opened.view.verdicts_of("mahfud") if v.platform == "x"} == {
            State.UNMEASURABLE
        }
        assert whole(opened, "bluesky") == {State.FINDABLE}


async def test_what_needs_no_credential_is_measured_at_the_same_platform(tmp_path: Path) -> None:
    declared, clock = signed_in([Session.SIGNED_IN, Session.PUBLIC]), SimulatedClock(START)
    prober = ScriptedProber(found)
    async with watch_of(tmp_path, clock, prober, declared) as opened:
        await pass_by(opened, clock, timedelta(hours=1))
    prober = ScriptedProber(found)
    async with without_credential(tmp_path, clock, prober, declared, is_all=False) as opened:
        await pass_by(opened, clock, timedelta(hours=2))
        asked = {r.stream.surface for r in prober.asked if r.stream.platform == "x"}
        cells = {
            v.surface: v.state
            for v in opened.view.verdicts_of("mahfud")
            if v.is_of_one_stream and v.platform == "x"
        }
        headline = headline_of(ENGLISH, declared, opened.view.verdicts(), opened.view.health())
    assert asked == {"search-top"}
    assert cells == {"search-latest": State.UNMEASURABLE, "search-top": State.FINDABLE}
    assert headline.state is State.UNMEASURABLE, "a part of X is not asked"


async def test_a_lost_network_is_logged_once_with_what_to_do_and_once_that_it_is_back(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock, prober = SimulatedClock(START), ScriptedProber(found)
    async with watch_of(tmp_path, clock, prober) as opened:
        for minute, answer in enumerate([Answer.UNREACHABLE] * 4 + [Answer.RESULTS] * 4):
            for platform in ("x", "bluesky"):
                prober.connectivity.observe("jakarta", platform, answer, clock.now())
            with caplog.at_level(logging.WARNING):
                await pass_by(opened, clock, timedelta(minutes=minute + 1))
    lines = [record.getMessage() for record in caplog.records if "jakarta" in record.getMessage()]
    assert lines == [
        "measurement point jakarta reaches no platform: check its network or proxy; "
        "measuring resumes by itself",
        "measurement point jakarta reaches platforms again",
    ]
