"""Detection: rounds in, changes of state out. The one door of this room."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from siaga.detection.attention import Attention
from siaga.detection.calm import ControlsPast
from siaga.detection.canary_doubt import CanaryDoubt
from siaga.detection.channel_state import ChannelState
from siaga.detection.equal_treatment import PairComparison, compared_pairs
from siaga.detection.evidence import Detectors, Lane, Parts
from siaga.detection.judged_controls import JudgedControls
from siaga.detection.localisation.place_states import OpenPlace, PlaceStates
from siaga.detection.names import FIRST_CHANNEL, Cohort, Names, WatchedName
from siaga.detection.open_run import OpenRun
from siaga.detection.own_odds import OwnOdds
from siaga.detection.persistence import LonelyOutage, LonelyRecord
from siaga.detection.platform_engine import PlatformEngine
from siaga.detection.recovery_bet import RecoveryBets
from siaga.detection.registry import RULES
from siaga.detection.result_order import ResultOrder
from siaga.detection.round_facts import Layout, RoundFacts, facts_of
from siaga.detection.round_history import RoundHistory
from siaga.detection.round_plan import RoundPlan
from siaga.detection.round_update import AskedCohort
from siaga.detection.settings import NETWORK_RECENT_US, Settings
from siaga.detection.snapshot import layout_of, pack, unpack
from siaga.detection.stream_state import StreamState
from siaga.detection.trouble_run import Site, TroubleRun
from siaga.domain.answers import Role
from siaga.domain.records import Measurement
from siaga.domain.verdicts import State, Verdict

MOST_PAIRED: Final = 200
"""Targets of a platform that are compared in pairs."""


@dataclass(slots=True)
class DetectionState:
    """All that detection knows: what a snapshot holds."""

    settings: Settings
    roles: dict[str, Role]
    names: int | None
    platforms: dict[str, PlatformEngine] = field(default_factory=dict)


class Detection:
    """Watches all platforms under one promise. Pure: time comes from the measurements.

    Rounds must be given in order of completion, a round's completion being the latest `at + total_ms` of its
    measurements and its id deciding between equals; then replay equals live, bit for bit.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        subjects: Mapping[str, Role] | None = None,
        names: int | None = None,
    ) -> None:
        """
        Args:
            settings: the promise and the rules' numbers.
            subjects: what each subject is; for those not in it, the records' own `role` counts.
            names: how many targets times platforms the promise is to be shared by. By default as many as
                have appeared: the threshold then grows as names appear, and the promise still holds.
        """
        self._state = DetectionState(settings or Settings(), dict(subjects or {}), names)

    @property
    def settings(self) -> Settings:
        """The promise and the rules' numbers."""
        return self._state.settings

    def role(self, subject: str, recorded: Role) -> Role:
        """What a subject is: as declared, else as recorded."""
        return self._state.roles.get(subject, recorded)

    def take(self, measurements: Sequence[Measurement]) -> list[Verdict]:
        """Take one completed round; returns the changes of state that it brings."""
        return self.take_facts(facts_of(measurements, self.role)) if measurements else []

    def take_facts(self, facts: RoundFacts) -> list[Verdict]:
        """As `take`, for a round that is in arrays already."""
        platforms = self._state.platforms
        platform = platforms.get(facts.platform)
        if platform is None:
            platform = platforms[facts.platform] = PlatformEngine.new(facts.platform, self.settings)
        return platform.take(facts, self._names, self._elsewhere(facts.platform))

    def verdicts(self, streams: bool = True) -> list[Verdict]:
        """The present: every name on every platform (surface and vantage named where only one is hit), every
        name in every stream (`detail` says the session) unless `streams` is false, and every open state of a
        place (no subject). Where names are many, only those with a finding are said by stream."""
        return [
            verdict for platform in self._state.platforms.values() for verdict in platform.verdicts(streams)
        ]

    def verdicts_of(self, subject: str) -> list[Verdict]:
        """The present of one name on every platform, pooled and in every stream, and every open state of a
        place."""
        return [
            verdict
            for platform in self._state.platforms.values()
            for verdict in (*platform.verdicts_of(subject), *platform.places.verdicts())
        ]

    def evidence(self, platform: str, subject: str) -> float:
        """A name's present evidence on a platform, pooled over its streams, in the channel that its verdict
        rests on."""
        engine = self._state.platforms[platform]
        number = engine.names.number_of[subject]
        watched = engine.names.watched.get(number)
        channel = FIRST_CHANNEL if watched is None else watched.channel
        return engine.channels[channel].evidence.of(number, engine.names.cohort_of[number])

    def worth_asking(self, platform: str) -> dict[tuple[str, str], float]:
        """By surface and vantage: the evidence that a further round of the platform is expected to bring."""
        known = self._state.platforms.get(platform)
        return known.worth_asking() if known else {}

    def unsettled(self, platform: str, most: int) -> list[str]:
        """Of the targets on a platform, those that are suspected or called, or were missing of late: so many
        at most, those with the strongest evidence first."""
        known = self._state.platforms.get(platform)
        return [known.names.subjects[who] for who in known.unsettled()[:most]] if known else []

    def equal_treatment(self, alpha: float = 0.05, most: int = 66) -> dict[str, list[PairComparison]]:
        """By platform, pairs of targets: which was missing when only one was, and the odds ratio.

        All intervals of a platform hold at once with chance 1 - alpha, over all its pairs. Of more pairs than
        `most`, those that differ most; pairs of which never only one was missing are left out. Of more
        targets than `MOST_PAIRED`, those are compared that were missing in most rounds.
        """
        return {
            key: compared_pairs(
                key,
                [platform.names.subjects[who] for who in watched],
                platform.names.only(watched),
                range(len(watched)),
                alpha,
                most,
            )
            for key, platform in self._state.platforms.items()
            for watched in [_most_missing(platform)]
        }

    def measured(self) -> dict[str, dict[str, tuple[int, int]]]:
        """By platform and target: in how many comparable rounds it was measured, and missing."""
        return {
            key: {
                platform.names.subjects[who]: (
                    sum(int(stream.asked[who]) for stream in platform.streams),
                    sum(int(stream.missing[who]) for stream in platform.streams),
                )
                for who in sorted(platform.names.watched)
            }
            for key, platform in self._state.platforms.items()
        }

    def audit(self) -> dict[tuple[str, str], int]:
        """By platform and control: alarms when it was watched as if it were a target. Should be empty."""
        return {
            (key, platform.names.subjects[control]): alarms
            for key, platform in self._state.platforms.items()
            for control, alarms in platform.names.control_alarms.items()
        }

    def left_out(self) -> dict[tuple[str, str], list[str]]:
        """By platform and surface: controls that are persistently missing and so are not compared with."""
        found: dict[tuple[str, str], set[str]] = {}
        for key, platform in self._state.platforms.items():
            for stream in platform.streams:
                if bad := stream.left_out:
                    out = found.setdefault((key, stream.site.surface), set())
                    out.update(platform.names.subjects[control] for control in bad)
        return {place: sorted(names) for place, names in found.items()}

    def snapshot(self) -> bytes:
        """The whole state; `restore` continues from it as if nothing had happened."""
        return pack(self._state, _LAYOUT)

    @classmethod
    def restore(cls, data: bytes) -> "Detection":
        """The detection that `snapshot` was taken of.

        Raises:
            BadInput: the bytes are no snapshot of this version, or were cut.
        """
        detection = cls()
        state = unpack(data, _KINDS, _LAYOUT)
        assert isinstance(state, DetectionState)
        detection._state = state
        return detection

    def _names(self) -> int:
        if self._state.names is not None:
            return self._state.names
        return max(1, sum(len(platform.names.watched) for platform in self._state.platforms.values()))

    def _elsewhere(self, platform: str) -> "_Elsewhere":
        return _Elsewhere(self._state.platforms, platform)


def _most_missing(platform: PlatformEngine) -> list[int]:
    """The targets of a platform that were missing in most rounds, ascending; all where they are few."""
    watched = sorted(platform.names.watched)
    if len(watched) <= MOST_PAIRED:
        return watched
    missing = {who: sum(int(stream.missing[who]) for stream in platform.streams) for who in watched}
    return sorted(sorted(watched, key=lambda who: (-missing[who], who))[:MOST_PAIRED])


class _Elsewhere:
    """Says whether a vantage reaches other platforms: `online`, `offline`, or `unknown` if it asks none."""

    def __init__(self, platforms: dict[str, PlatformEngine], but: str) -> None:
        self._platforms, self._but = platforms, but

    def __call__(self, vantage: str, at: int) -> str:
        recent = at - NETWORK_RECENT_US
        answers = {
            other.reaches(vantage, recent) for key, other in self._platforms.items() if key != self._but
        } - {None}
        return "unknown" if not answers else "online" if True in answers else "offline"


_KINDS: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        DetectionState,
        Settings,
        PlatformEngine,
        Parts,
        Lane,
        Detectors,
        Layout,
        Role,
        State,
        StreamState,
        Attention,
        ResultOrder,
        ControlsPast,
        JudgedControls,
        CanaryDoubt,
        RoundPlan,
        AskedCohort,
        ChannelState,
        RoundHistory,
        RecoveryBets,
        OpenRun,
        LonelyRecord,
        LonelyOutage,
        OwnOdds,
        Names,
        WatchedName,
        Cohort,
        PlaceStates,
        Site,
        TroubleRun,
        OpenPlace,
    )
}
_LAYOUT = layout_of(_KINDS, [rule.id for rule in RULES])
"""A state that another code or another version of a rule saved is not read, but computed anew."""
