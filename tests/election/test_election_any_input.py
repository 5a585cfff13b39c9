"""Whatever stands in a file, it is an election or bad input with faults for people; never a traceback."""

import json
import random
import re

from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.election.election_samples import INDONESIA, READERS, small

from siaga.config.tree import MOST_VALUES
from siaga.domain.errors import BadInput, Fault
from siaga.election.model import Election
from siaga.election.reading import read_election

LINES = small().splitlines()
ODD = [
    "",
    "~",
    "null",
    "[]",
    "{}",
    "-",
    "- ",
    "? a",
    "&a b",
    "*a",
    "!!set {a}",
    "|",
    ">-",
    "'",
    '"',
    "#",
    "%YAML 1.1",
    "---",
    "...",
    "\t",
    "\x00",
    "\ufeff",
    "\ud800",
    "١٢",
    "1e999",
    "-1",
    "0",
    "99999999999999999999",
    ".nan",
    "0x1F",
    "9999-12-31",
    "2029-02-14T23:59:60",
    "0001-01-01T00:00+23:59",
    "9999-12-31T23:59-23:59",
    "1/0d",
    "999999w",
    "https://[::1",
    "https://a:99999999",
    "https://[v1.x]/",
    "http://\u2100.example",
    "socks5://",
    "a" * 1999,
    "\u0301",
    "x",
    "nostr",
    "id",
    "Asia/Jakarta",
    "../etc/localtime",
    "posixrules",
    "Factory",
    "canary-1",
    "\u202e",
    "\U0001f600",
]
VALUES = st.sampled_from(ODD) | st.text(max_size=12)


def read(text: str) -> tuple[Fault, ...]:
    """The faults of any text; none where it is an election."""
    try:
        election = read_election(text, READERS, "e.yaml")
    except BadInput as bad:
        said = bad.faults
    else:
        assert isinstance(election, Election)
        return ()
    assert said
    for fault in said:
        assert fault.what
        assert fault.do
        assert 0 <= fault.line <= text.count("\n") + text.count("\r") + 2
        assert "\n" not in str(fault)
    return said


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """The small election with some lines' values, keys, places or indents changed."""
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(lines) - 1))
        line = lines[place]
        match draw(st.sampled_from(["value", "key", "drop", "twice", "swap", "indent", "flow", "cut"])):
            case "value":
                lines[place] = re.sub(r"(: |- ).*", lambda found: found[1] + draw(VALUES), line, count=1)
            case "key":
                lines[place] = re.sub(r"[\w-]+:", lambda _: draw(VALUES) + ":", line, count=1)
            case "drop":
                del lines[place]
            case "twice":
                lines.insert(place, line)
            case "swap":
                other = draw(st.integers(0, len(lines) - 1))
                lines[place], lines[other] = lines[other], line
            case "indent":
                lines[place] = " " * draw(st.integers(0, 4)) + line
            case "flow":
                lines[place] = re.sub(r"\w+", lambda _: draw(VALUES), line, count=1)
            case "cut":
                lines[place] = line[: draw(st.integers(0, len(line)))]
        if not lines:
            break
    return "\n".join(lines)


@settings(max_examples=400, deadline=None)
@given(mutated())
def test_a_damaged_file_is_read_or_refused(text: str) -> None:
    read(text)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200) | st.text(alphabet="a:-[]{}&*!|>'\"\n #?,%@`0", max_size=80))
@example("\r")
@example("a:\u2028b")
@example("!<> a")
@example("%TAG ! x\n--- !y z")
def test_any_text_is_read_or_refused(text: str) -> None:
    read(text)


TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | VALUES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(sorted(set(re.findall(r"[\w-]+(?=:)", small())))), inner, max_size=8
        )
    ),
    max_leaves=25,
)


@settings(max_examples=250, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(set(re.findall(r"^[\w-]+(?=:)", small(), re.M)))), TREES))
def test_any_values_under_known_fields_are_read_or_refused(values: dict[str, object]) -> None:
    read(json.dumps(values, ensure_ascii=False))


def test_every_prefix_of_a_shipped_file_is_read_or_refused() -> None:
    text = INDONESIA.read_text(encoding="utf-8")
    for end in random.Random(1).sample(range(len(text)), 25):
        read(text[:end])


def test_the_most_faults_that_fit_into_a_file_are_all_said() -> None:
    unknown = MOST_VALUES // 2 - 150
    text = small() + "".join(f"unknown-{number}: x\n" for number in range(unknown))
    assert len(read(text)) == unknown


def test_lines_are_numbered_as_editors_do() -> None:
    text = small() + 'odd-field: "a\x85b\u2028c\x85\x85"\nbad-field: 1\n'
    faults = [fault for fault in read(text) if "-field" in str(fault)]
    assert [fault.line for fault in faults] == [text.count("\n") - 1, text.count("\n")]
