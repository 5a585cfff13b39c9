"""The form in which a plan is saved, and what earlier versions of it become."""

from typing import Any, Final

from siaga.domain.errors import BadInput, Fault

STATE_VERSION: Final = 4
DEALT: Final = 3
"""The version in which streams also kept how their sweep was dealt, as their sixth value."""


def present_form(state: dict[str, Any]) -> dict[str, Any]:
    """A saved plan in the form of this version.

    Raises:
        BadInput: it is of a version that cannot be taken up.
    """
    version = state.get("version")
    if version == DEALT:
        tracks = {name: track[:5] + track[6:] for name, track in state["tracks"].items()}
        return {**state, "version": STATE_VERSION, "again": {}, "tracks": tracks}
    if version != STATE_VERSION:
        raise BadInput(
            Fault(
                what="The saved plan was made by another version of Siaga.",
                do="Remove it to begin the plan anew.",
                field="version",
            )
        )
    return state
