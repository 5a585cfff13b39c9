"""What is said of controls: who is left out, and who would be accused if watched as a contestant."""

from collections.abc import Sequence
from datetime import datetime

from siaga.detection.watch import Detection
from siaga.domain.time import rfc3339
from siaga.election.model import Election
from siaga.election.naming import names_of_control
from siaga.journal.journal import Journal
from siaga.journal.kinds import Kind
from siaga.ports.watch import ControlsHealth


def controls_health(election: Election, detection: Detection) -> Sequence[ControlsHealth]:
    """How the controls of each platform do, in the election file's order."""
    left_out, accused = detection.left_out(), detection.audit()
    return [
        ControlsHealth(
            platform.id,
            sum(
                any(
                    names_of_control(control.kind, control.names, watch.surface, platform.id)
                    for watch in platform.surfaces
                )
                for control in election.controls
            ),
            {surface: names for (key, surface), names in sorted(left_out.items()) if key == platform.id},
            sorted(control for key, control in accused if key == platform.id),
        )
        for platform in election.platforms
    ]


class LeftOutControls:
    """Journals each change of which controls are left out, once."""

    def __init__(self, detection: Detection) -> None:
        """What holds in `detection` already was journalled before."""
        self._known = detection.left_out()

    def note(self, detection: Detection, at: datetime, journal: Journal) -> None:
        """Journal what has changed by the round that was complete at `at`."""
        present = detection.left_out()
        if present == self._known:
            return
        for platform, surface in sorted(present.keys() | self._known.keys()):
            now = present.get((platform, surface), [])
            if now != self._known.get((platform, surface), []):
                journal.append(
                    Kind.CONTROLS_LEFT_OUT,
                    "watch",
                    {"platform": platform, "surface": surface, "controls": list(now)},
                    at=at,
                    key=f"controls-left-out/{platform}/{surface}/{rfc3339(at)}",
                )
        self._known = present
