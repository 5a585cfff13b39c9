"""The description of the API holds: a tester that asks by it finds no failure and nothing undocumented."""

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.cases import case_stories as story
from tests.web.reporting_room import ReportingRoom
from tests.web.served import served

from siaga.cases.commands import Command
from siaga.cases.events.notice_approved import NoticeApproved
from siaga.web.api.openapi import document

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def described(room: ReportingRoom) -> dict[str, Any]:
    return document(room.election)


def test_each_address_of_the_description_is_served_and_each_that_is_served_is_described(
    tmp_path: Path,
) -> None:
    with ReportingRoom(tmp_path) as room:
        paths = set(described(room)["paths"])
        site: Any = room.site()
        while not hasattr(site, "routes"):
            site = site.app if hasattr(site, "app") else site._app
        known = {route.path for route in site.routes if getattr(route, "path", "").startswith("/api/")}
    assert known - {"/api/v1/tail"} == paths


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("scope", [None, "role:operator", "role:watcher", "liaison:x-oncall"])
def test_no_request_made_from_the_description_or_against_it_fails_or_is_answered_otherwise(
    tmp_path: Path, scope: str | None
) -> None:
    with ReportingRoom(tmp_path) as room:
        desk = room.begin()
        drafted = room.casework.do(story.draft("C-1"), story.CITRA)
        what = {"case": "C-1", "notice": "N-1", "text": drafted.notices["N-1"].text}
        for person in (story.AYU, story.BIMA):
            room.casework.do(Command(NoticeApproved(**what)), person)
        headers = {}
        if scope is not None:
            headers["Authorization"] = f"Bearer {room.accounts.keys.issue('tester', scope, 'person:eka')}"
        asked: dict[int, int] = {}
        known = described(room)
        known["components"]["parameters"]["case"]["schema"] = {"enum": ["C-1"]}  # else most are 404
        with served(room, room.site(), desk) as site:
            schema = schemathesis.openapi.from_dict(known)
            schema.config.update(base_url=site.address)
            for found in schema.get_all_operations():
                assert isinstance(found, Ok)
                operation = found.ok()
                _ask(operation, headers, asked, GenerationMode.POSITIVE)
                if operation.body:
                    _ask(operation, headers, asked, GenerationMode.NEGATIVE)
        assert sum(asked.values()) > 200
        assert asked[200] > 20


def _ask(operation: Any, headers: dict[str, str], asked: dict[int, int], mode: GenerationMode) -> None:
    """Some requests of one operation: such as the description allows, or such as it does not."""

    @seed(20_240_125)
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=operation.as_strategy(generation_mode=mode))  # type: ignore[untyped-decorator, unused-ignore]
    def ask(case: Any) -> None:
        answer = case.call_and_validate(headers=headers, checks=[*CHECKS, negative_data_rejection])
        asked[answer.status_code] = asked.get(answer.status_code, 0) + 1

    ask()
