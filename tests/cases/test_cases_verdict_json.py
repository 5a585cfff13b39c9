"""A verdict goes into the journal and comes back as it was."""

from dataclasses import replace

import pytest
from tests.cases.case_stories import verdict

from siaga.cases.verdict_json import verdict_from_json, verdict_to_json
from siaga.domain.verdicts import State
from siaga.journal.events import canonical_what


@pytest.mark.parametrize("state", State)
def test_every_verdict_comes_back_as_it_was(state: State) -> None:
    whole = verdict(state)
    for given in (whole, replace(whole, onset=None, surface="people", vantage="jakarta", subject=None)):
        assert verdict_from_json(verdict_to_json(given)) == given
        assert canonical_what(verdict_to_json(given))
