"""The form in which a plan is saved, and what earlier versions of it become."""

from collections.abc import Mapping
from typing import Any, Final

from siaga.domain.errors import BadInput, Fault

STATE_VERSION: Final = 4
DEALT: Final = 3
"""The version in which streams also kept how their sweep was dealt, as their sixth value."""


def present_form(state: dict[str, Any]) -> dict[str, Any]:
    """A saved plan in the form of this version. Of one whose rounds cannot be taken up there is only what is
    used of the budgets, whose form never changed: no platform is asked more because Siaga was renewed.

    Raises:
        BadInput: it is no plan of any version.
    """
    version = state.get("version")
    if version == DEALT:
        tracks = {name: track[:5] + track[6:] for name, track in state["tracks"].items()}
        return {**state, "version": STATE_VERSION, "again": {}, "tracks": tracks}
    return state if version == STATE_VERSION else _budgets_alone(state)


def _budgets_alone(state: Mapping[str, Any]) -> dict[str, Any]:
    try:
        places = [
            [platform, vantage, {"allowance": saved["allowance"], "wake": None, "waiting": []}]
            for platform, vantage, saved in state["places"]
        ]
        moments = {"offset": int(state["offset"]), "latest": int(state["latest"])}
    except (LookupError, ValueError, TypeError):
        what = "The saved plan is from another version of Siaga."
        do = "Delete it; a new plan is made at the next start."
        raise BadInput(Fault(what, do, field="version")) from None
    begun = {"version": STATE_VERSION, "election": "", "denser": 1.0}
    return {**begun, **moments, "burned": [], "again": {}, "places": places, "tracks": {}}
