"""The pages on which anybody has a name measured now, and sees what came of it."""

from dataclasses import dataclass
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from siaga.cases.case_evidence import case_evidence, present_strength
from siaga.cases.publication import EVERYBODY, is_public, visible_verdicts
from siaga.domain.errors import BadInput, Sentence
from siaga.domain.finding_evidence import FindingEvidence, evidence_of
from siaga.domain.matching import undivided
from siaga.domain.verdicts import PROVEN, State
from siaga.i18n.finding_phrases import finding_sentence
from siaga.i18n.speech import N_, Speech
from siaga.ports.checks import CheckService, NameCheck, NameCheckStage
from siaga.ports.watch import WatchView
from siaga.reporting.intake_limits import TooMany
from siaga.web.html.rendering import Renderer
from siaga.web.http.forms import NOTHING, Form, read_form
from siaga.web.summary import matrix

SEEN_WORDS: Final = {
    "found": N_("found"),
    "missing": N_("missing"),
    "unmeasured": N_("not measured"),
}
_FAULTS: Final = {
    "name": N_("Enter a name of 1 to 100 characters."),
    "platforms": N_("Choose at least one platform."),
    "busy": N_("Many checks are waiting. Please try again in a few minutes."),
    "form": N_("The form has expired or was sent too quickly. Please send it again."),
}
_ORDER: Final = (
    State.SUSPECTED,
    State.IMPAIRED,
    State.INSUFFICIENT,
    State.SURFACE_DOWN,
    State.UNMEASURABLE,
    State.FINDABLE,
)
"""Which of several surfaces' states is the headline: the first that occurs."""


@dataclass(frozen=True, slots=True)
class KnownFinding:
    """What the watch has proven of a name that somebody checks."""

    evidence: FindingEvidence
    sentence: str
    case: str | None
    """The public case that follows it."""


class CheckPages:
    """These pages of one room."""

    def __init__(self, watch: WatchView, checks: CheckService, renderer: Renderer) -> None:
        self._watch, self._checks, self._renderer = watch, checks, renderer

    async def measure(self, request: Request) -> Response:
        """The form."""
        self._renderer.speech(request)
        return self._form(request)

    def _form(self, request: Request, typed: Form = NOTHING, fault: str = "", status: int = 200) -> Response:
        platforms = self._checks.platforms()
        chosen = typed.all("platform") or tuple(platform.id for platform in platforms)
        names = [matrix.main_name(person) for person in self._watch.election.people()]
        return self._renderer.page(
            request,
            "checks/measure.html",
            status,
            form=self._checks.form(),
            platforms=platforms,
            chosen=chosen,
            names=names[:100],
            typed=typed,
            prefilled=request.query_params.get("name", "")[:100],
            fault=fault,
        )

    async def ask(self, request: Request) -> Response:
        """Take what the form says, and lead to its page; where something is wrong, the form again."""
        speech = self._renderer.speech(request)
        form = await read_form(request)
        address = request.client.host if request.client else "unknown"
        try:
            id = self._checks.ask(form.text("name"), form.all("platform"), form.text("form"), address)
        except BadInput as bad:
            fault = speech.gettext(_FAULTS[bad.faults[0].field])
            return self._form(request, form, fault, 422)
        except TooMany as many:
            fault = speech.say(
                "Too many checks from your network. Try again in {span}.", span=speech.span(many.wait)
            )
            answer = self._form(request, form, fault, 429)
            answer.headers["Retry-After"] = str(int(many.wait.total_seconds()) + 1)
            return answer
        return RedirectResponse(f"/{speech.language}/measure/{id}", status_code=303)

    async def measured(self, request: Request) -> Response:
        """One check: waiting, being asked, or judged. Its address can be shared."""
        speech = self._renderer.speech(request)
        asked = self._asked(request)
        labels = {platform.id: platform.label for platform in self._watch.election.platforms}
        missing = self._watch.health().missing
        lacking = {credential.platform for credential in missing}
        return self._renderer.page(
            request,
            "checks/measured.html",
            asked=asked,
            worst=_worst(asked),
            known=self._known(speech, asked) if asked.listed else [],
            fewer=[line for line in asked.lines if line.state is State.IMPAIRED],
            not_asked=[
                platform.label
                for platform in self._watch.election.platforms
                if platform.id not in {line.platform for line in asked.lines}
            ],
            spared=[labels.get(platform, platform) for platform in asked.spared if platform not in lacking],
            missing=[credential for credential in missing if credential.platform in asked.platforms],
            contestant=self._contestant(asked.name) if asked.listed else None,
            platform_labels=labels,
            address=self._renderer.outside(request) + request.url.path,
            soon=asked.stage is not NameCheckStage.DONE,
            SEEN_WORDS=SEEN_WORDS,
        )

    async def data(self, request: Request) -> Response:
        """What was measured, as JSON Lines."""
        self._renderer.speech(request)
        asked = self._asked(request)
        data = self._checks.data(asked.id)
        if data is None:
            raise HTTPException(404, Sentence("This check has no data yet, or its data is no longer kept."))
        return Response(
            data,
            media_type="application/jsonl",
            headers={
                "Content-Disposition": f'attachment; filename="siaga-check-{asked.id[:8]}.jsonl"',
                "Cache-Control": "no-store",
            },
        )

    def _asked(self, request: Request) -> NameCheck:
        asked = self._checks.find(request.path_params["check"])
        if asked is None:
            raise HTTPException(404, Sentence("This check does not exist, or is no longer kept."))
        return asked

    def _known(self, speech: Speech, asked: NameCheck) -> list[KnownFinding]:
        """What the watch has proven of the name, gravest first: it weighs more than one check."""
        election, verdicts = self._watch.election, self._watch.verdicts()
        labels = {platform.id: platform.label for platform in election.platforms}
        wanted = undivided(asked.name.lstrip("@#"))
        people = {
            person.id: matrix.main_name(person)
            for contestant in election.contestants
            for person in contestant.people
            if wanted in {undivided(text) for text in (contestant.label, *(n.text for n in person.names))}
        }
        found = []
        for verdict in matrix.findings(election, visible_verdicts(verdicts, EVERYBODY)):
            if verdict.subject not in people or verdict.state not in PROVEN:
                continue
            case = next(
                (c for c in self._watch.cases() if c.key == verdict.key and c.stage.is_open and is_public(c)),
                None,
            )
            evidence = None if case is None else case_evidence(case, EVERYBODY, verdicts)
            evidence = evidence or evidence_of(verdict, present=present_strength(verdict, verdicts))
            who = [people[verdict.subject or ""]]
            sentence = finding_sentence(speech, evidence, who, labels[verdict.platform])
            found.append(KnownFinding(evidence, sentence, None if case is None else case.id))
        return found

    def _contestant(self, name: str) -> str | None:
        wanted = undivided(name.lstrip("@#"))
        for contestant in self._watch.election.contestants:
            texts = [name.text for person in contestant.people for name in person.names]
            if wanted in {undivided(text) for text in (contestant.label, *texts)}:
                return contestant.id
        return None


def _worst(asked: NameCheck) -> State:
    """The headline's state. A platform that was to be asked, and was not or not to the end, is not measured:
    never green beside it."""
    states = {line.state for line in asked.lines}
    if asked.spared or set(asked.platforms) - {line.platform for line in asked.lines}:
        states.add(State.UNMEASURABLE)
    return next((state for state in _ORDER if state in states), State.UNMEASURABLE)
