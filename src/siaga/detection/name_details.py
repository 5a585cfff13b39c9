"""What is said of one platform's names beyond their states: counts, places, texts, what was tolerated."""

from collections.abc import Callable, Mapping, Sequence

from siaga.detection.channel_state import ChannelState
from siaga.detection.names import FIRST_CHANNEL, Names, WatchedName
from siaga.detection.open_run import OpenRun
from siaga.detection.registry import CHANNELS
from siaga.detection.round_facts import moment
from siaga.detection.rules import common_mode, only_limited
from siaga.detection.settings import LOST, PUBLIC_TIMES, Settings
from siaga.detection.stream_state import StreamState
from siaga.domain.verdicts import NAME_FINDINGS, PROVEN, Counts, State, Verdict


def only_place(run: OpenRun, streams: Sequence[StreamState]) -> tuple[str | None, str | None]:
    """The surface and the vantage of a run, None where several are hit."""
    sites = [streams[index].site for index in run.hits]
    surfaces, vantages = {site.surface for site in sites}, {site.vantage for site in sites}
    return (
        next(iter(surfaces)) if len(surfaces) == 1 else None,
        next(iter(vantages)) if len(vantages) == 1 else None,
    )


def verdict_of(
    names: Names,
    channels: Mapping[str, ChannelState],
    streams: Sequence[StreamState],
    subject: int,
    settings: Settings,
    is_as_usual: Callable[[StreamState, int], bool],
) -> Verdict:
    """A name's present state, pooled over the platform: evidence and counts are those of the same moment.

    `is_as_usual` says whether the name is measured and found in a stream now.
    """
    name = names.watched[subject]
    onset = None
    if name.onset is not None:
        onset = (moment(max(name.onset[0], 0)), moment(name.onset[1]))
    run = channels[name.channel].open.get(subject)
    stands = run is not None and (name.state in NAME_FINDINGS or name.onset is not None)
    return Verdict(
        at=moment(name.at),
        platform=names.platform,
        surface=name.surface,
        vantage=name.vantage,
        subject=names.subjects[subject],
        state=name.state,
        since=moment(name.since),
        evidence=channels[name.channel].evidence.of(subject, names.cohort_of[subject])
        if stands
        else name.evidence,
        rule=name.rule or CHANNELS[FIRST_CHANNEL].id,
        counts=_counts(name, run if stands else None, streams, subject),
        onset=onset,
        detail=_details(names, name, run if stands else None, streams, subject, is_as_usual)
        | _lines(names, name, run if stands else None, channels[name.channel], subject),
    )


def _counts(name: WatchedName, run: OpenRun | None, streams: Sequence[StreamState], subject: int) -> Counts:
    """The plain counts: those of the evidence where there is any, else of everything."""
    if name.restored_counts is not None:
        return Counts(*name.restored_counts)
    if run is not None:
        return run.own_counts()
    asking = [stream for stream in streams if stream.asked[subject]]
    return Counts(
        sum(int(stream.asked[subject]) for stream in asking),
        sum(int(stream.missing[subject]) for stream in asking),
        sum(stream.controls_asked for stream in asking),
        sum(stream.controls_missing for stream in asking),
    )


def _details(
    names: Names,
    name: WatchedName,
    run: OpenRun | None,
    streams: Sequence[StreamState],
    subject: int,
    is_as_usual: Callable[[StreamState, int], bool],
) -> dict[str, str]:
    detail = {"psi": f"{names.cohorts[names.cohort_of[subject]].psi:g}"}
    if name.state is State.UNMEASURABLE:
        detail["kind"] = "not measured"
    if run is None:
        return detail
    sites = [streams[index].site for index in sorted(run.hits)]
    here = {(site.surface, site.vantage) for site in sites}
    others = [
        stream
        for stream in streams
        if (stream.asked[subject] or subject in stream.lost)
        and (stream.site.surface, stream.site.vantage) not in here
    ]
    usual = [stream.site for stream in others if is_as_usual(stream, subject)]
    surfaces, vantages = {site.surface for site in sites}, {site.vantage for site in sites}
    detail["kind"] = CHANNELS[name.channel].kind_of(run, surfaces)
    detail["names"] = ", ".join(sorted(text for text, (missed, _) in run.texts.items() if missed))
    detail["names_found"] = ", ".join(sorted(text for text, (missed, _) in run.texts.items() if not missed))
    detail["surfaces"] = ", ".join(sorted(surfaces))
    detail["vantages"] = ", ".join(sorted(vantages))
    detail["surfaces_found"] = ", ".join(sorted({site.surface for site in usual} - surfaces))
    detail["vantages_found"] = ", ".join(sorted({site.vantage for site in usual} - vantages))
    unknown = {stream.site.surface for stream in others} - {site.surface for site in usual} - surfaces
    detail["surfaces_unmeasured"] = ", ".join(sorted(unknown))
    unseen = {stream.site.vantage for stream in others} - {site.vantage for site in usual} - vantages
    detail["vantages_unmeasured"] = ", ".join(sorted(unseen))
    if CHANNELS[name.channel].alarm is not State.IMPAIRED:
        detail["answers"] = ", ".join(sorted(run.answers))
    detail["together"] = ", ".join(names.subjects[control] for control in run.together)
    if name.restored >= 0 and name.state in NAME_FINDINGS:
        detail["relapse_of"] = moment(name.restored).isoformat()
    return {key: value for key, value in detail.items() if value}


def _lines(
    names: Names, name: WatchedName, run: OpenRun | None, channel: ChannelState, subject: int
) -> dict[str, str]:
    """Which line carries a claim that a name is missing, and how far it reaches.

    `free` is the evidence without the calm line, now; `change` the smaller of difference and change when it
    was said. A claim may be public once the free line alone has a hundred times the alarm.
    """
    if run is None or name.channel != FIRST_CHANNEL:
        return {}
    _, sums = channel.evidence.sums(subject, names.cohort_of[subject])
    free = float(sums[:, : sums.shape[1] // 2].sum())
    said = {"free": f"{free:.6g}", "line": "free" if free >= run.alarm else "calm"}
    if name.state in PROVEN:
        said["claim"] = "public" if free >= PUBLIC_TIMES * run.alarm else "alarm"
    if name.state in NAME_FINDINGS:
        said["change"] = f"{run.evidence:.6g}"
    return said


def in_streams(
    subjects: Sequence[int],
    names: Names,
    channels: Mapping[str, ChannelState],
    streams: Sequence[StreamState],
    struck: frozenset[int],
    settings: Settings,
) -> list[Verdict]:
    """These names in every stream that asks them. Since when is known of trouble alone: else it is `EPOCH`,
    as nobody notes when a stream began to find a name."""
    return [
        _in_stream(names, channels, stream, subject, stream.site.index in struck, settings)
        for subject in subjects
        for stream in streams
        if len(stream.asked) > subject and (stream.asked[subject] or subject in stream.lost)
    ]


def _in_stream(
    names: Names,
    channels: Mapping[str, ChannelState],
    stream: StreamState,
    subject: int,
    struck: bool,
    settings: Settings,
) -> Verdict:
    name, index = names.watched[subject], stream.site.index
    run = channels[name.channel].open.get(subject)
    state, since, rule = State.FINDABLE, 0, CHANNELS[FIRST_CHANNEL].id
    if run is not None and index in run.hits:
        state, since, rule = run.stage, run.onset[1], name.rule
    elif struck or stream.canaries.doubted:
        state, since, rule = State.INSUFFICIENT, stream.site.trouble.begun, common_mode.RULE.id
    elif stream.lost.get(subject, 0) >= LOST:
        state, rule = State.UNMEASURABLE, only_limited.RULE.id
    elif int(stream.asked[subject]) < settings.enough:
        state = State.INSUFFICIENT
    return Verdict(
        at=moment(max(stream.compared, 0)),
        platform=names.platform,
        surface=stream.site.surface,
        vantage=stream.site.vantage,
        subject=names.subjects[subject],
        state=state,
        since=moment(since),
        evidence=_own_evidence(names, channels[name.channel], stream, subject),
        rule=rule,
        counts=Counts(
            int(stream.asked[subject]),
            int(stream.missing[subject]),
            stream.controls_asked,
            stream.controls_missing,
        ),
        detail={"session": stream.session},
    )


def _own_evidence(names: Names, channel: ChannelState, stream: StreamState, subject: int) -> float:
    """The stream's own, as if it had the whole mass of the name."""
    parts, sums = channel.evidence.sums(subject, names.cohort_of[subject])
    if stream.parts[3] not in parts:
        return 0.0
    return float(sums[parts.index(stream.parts[3])].sum())
