"""The page about cases has the table of all kinds of event, as their classes say it."""

from pathlib import Path

from siaga.cases.event import CaseEvent
from siaga.cases.events import EVENTS

PAGE = (Path(__file__).parents[2] / "docs" / "cases.md").read_text(encoding="utf-8")
HEAD = "| kind | when | fields | rights | undone | public |\n|---|---|---|---|---|---|\n"


def row(event: type[CaseEvent]) -> str:
    when = (event.__doc__ or "").splitlines()[0].rstrip(".")
    fields = ", ".join(f"`{name}`" for name in event.stored_fields)
    rights = ", ".join(sorted(event.rights))
    undone = "yes" if event.is_undoable else ""
    facts = event.public.facts if event.public is not None else ()
    public = f"yes: {', '.join(f'`{name}`' for name in facts)}" if facts else "yes" if event.public else ""
    return f"| `{event.kind}` | {when} | {fields} | {rights} | {undone} | {public} |\n"


def test_the_page_has_the_table_of_all_kinds() -> None:
    table = HEAD + "".join(row(event) for event in EVENTS.values())
    assert table in PAGE, f"the table should be:\n{table}"
