"""One platform as one value: its facts, its surfaces, and how each surface is asked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from siaga.domain.answers import Answer, Session, Surface
from siaga.domain.options import NO_OPTIONS, Options
from siaga.domain.quota import Quota
from siaga.domain.surfaces import surfaces_where
from siaga.platforms.conversation import (
    Conversation,
    Instance,
    Query,
    Reading,
    Request,
    Response,
    SelfTest,
    SelfTestStep,
    SignIn,
    Step,
)
from siaga.platforms.guard import Concluded, guarded
from siaga.platforms.http_status import by_status, in_the_way
from siaga.platforms.json import ContractViolation, as_note, document, encoded
from siaga.platforms.results import Result, graded, without_results
from siaga.platforms.urls import url

PUBLIC: Final = frozenset({Session.PUBLIC})
SIGNED_IN: Final = frozenset({Session.SIGNED_IN})
BOTH: Final = PUBLIC | SIGNED_IN
VARIABLE_ENDINGS: Final = {"bearer": "BEARER_TOKEN", "password": "APP_PASSWORD", "key": "API_KEY"}
"""How the environment variable of a credential's kind ends."""
CREDENTIAL_WORDS: Final = {"bearer": "an API token", "password": "an app password", "key": "an API key"}
"""What a person has to get from a platform, by the credential's kind."""
ASKED_BY_NAME: Final = surfaces_where(lambda traits: traits.takes_any_name)


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One asking of one surface, with what is the same on every platform: requests, bodies, readings."""

    platform: "Platform"
    instance: Instance
    surface: str
    name: str
    """The text; handles without `@`, hashtags without `#`."""
    at: datetime

    @property
    def signed_in(self) -> bool:
        """Whether the asking is signed in."""
        return self.instance.session is Session.SIGNED_IN

    def option(self, name: str, default: str = "") -> str:
        """An option of the election file."""
        return self.instance.options.get(name, default)

    def get(self, *path: str, **query: str | int) -> Step[object]:
        """Ask for the JSON at `path`. An answer other than 200 ends the conversation, as `failed` reads it.

        Raises:
            ContractViolation: the answer is not JSON, or too large.
        """
        return self.body_of((yield self.request(*path, **query)))

    def post(self, *path: str, body: Mapping[str, object]) -> Step[object]:
        """As `get`, with a JSON body to send."""
        headers = {**self._headers(), "content-type": "application/json"}
        address = url(self.platform.base(self.instance), *path)
        return self.body_of((yield Request(address, "POST", headers, encoded(body))))

    def request(self, *path: str, **query: str | int) -> Request:
        """The request alone, for a surface that reads more than the JSON of an answer with status 200."""
        return Request(url(self.platform.base(self.instance), *path, **query), headers=self._headers())

    def _headers(self) -> dict[str, str]:
        headers = {"accept": "application/json"}
        if self.signed_in and self.instance.secret and self.platform.credential is not None:
            name, before = self.platform.secret_header
            headers[name] = before + self.instance.secret
        return headers

    def body_of(self, response: Response) -> object:
        """The JSON of a successful answer.

        Raises:
            Concluded: the status is not 200; its reading is that of `failed`.
            ContractViolation: the answer is not JSON, or too large.
        """
        if response.status != 200:
            raise Concluded(self._failed(response))
        return document(response)

    def _failed(self, response: Response) -> Reading:
        """How an answer reads whose status is not 200. Words that would speak of the name count only with a
        status that does: a failing gateway may pass on anything."""
        reading = self.platform.failed(response, self)
        if reading.answer in OF_THE_NAME and response.status not in OF_THE_NAME[reading.answer]:
            return by_status(response, reading.note)
        return reading

    def results(
        self, results: Sequence[Result], *, latest: bool = False, note: str = "", more: str = ""
    ) -> Reading:
        """The reading of a page of results.

        Args:
            results: what it shows.
            latest: whether newest-first was asked.
            note: for operators.
            more: what says that there is more than the page shows. An empty page that says so was filtered
                or is not the last one, and is `unreadable`: not the same as nothing.
        """
        if more and not results:
            return Reading(Answer.UNREADABLE, note=as_note(f"an empty page with {more}"))
        return graded(results, self.at, latest=latest, note=note)

    def error(self, word: str, note: str = "", quota: Quota | None = None) -> Reading | None:
        """The reading of a failure that the platform names so; None where `errors` has no such word."""
        answer = self.platform.errors.get(word)
        return None if answer is None else without_results(answer, note, quota)

    def withdrawn(self, note: str) -> Reading:
        """The reading where the platform says that its own owner took it away, closed it or shut us out."""
        return without_results(Answer.WITHDRAWN, note)

    def empty(self, note: str) -> Reading:
        """The reading where the platform says that there is nothing."""
        return without_results(Answer.EMPTY, note)


_REFUSALS: Final = frozenset({400, 403, 404, 405, 406, 409, 410, 418, 422, 423, 451})
OF_THE_NAME: Final = {
    Answer.EMPTY: frozenset({400, 403, 404, 410}),
    Answer.HIDDEN: _REFUSALS,
    Answer.REFUSED: _REFUSALS,
    Answer.WITHDRAWN: _REFUSALS,
}
"""Statuses with which a failed answer can speak of the name that was asked, by what it would say."""
NO_ERRORS: Final[Mapping[Answer, Sequence[str]]] = {}
Failed = Callable[[Response, Inquiry], Reading]
"""How an answer reads whose status is not 200."""
AskSurface = Callable[[Inquiry], Conversation]
TestSurface = Callable[[Inquiry], SelfTestStep]


def failed_by_status(response: Response, ask: Inquiry) -> Reading:
    """How a failed answer reads where the contract says no more than HTTP does."""
    return in_the_way(response) or by_status(response)


@dataclass(frozen=True, slots=True)
class _SurfaceFacts:
    ask: AskSurface
    cost: int
    sessions: frozenset[Session]


class Platform:
    """A platform's descriptor. Its file makes one, named as the file is, and adds its surfaces to it."""

    def __init__(
        self,
        reader: str,
        *,
        label: str,
        address: str,
        root: str = "",
        credential: str | None = None,
        credential_page: str = "",
        sessions: frozenset[Session] | None = None,
        secret_header: tuple[str, str] = ("authorization", "Bearer "),
        options: Options = NO_OPTIONS,
        errors: Mapping[Answer, Sequence[str]] = NO_ERRORS,
        failed: Failed = failed_by_status,
        sign_in: Callable[[Instance], SignIn] | None = None,
        also_called: Sequence[str] = (),
        account_page: str | None = None,
    ) -> None:
        """
        Args:
            reader: the platform's id and the reader's version, such as `bluesky@1`. Raise the version when
                any answer reads differently.
            label: the platform's name for people.
            address: where it is asked unless somebody says otherwise.
            root: the path under the address that every request begins with, such as `xrpc`.
            credential: what a signed-in session needs: `bearer`, `password` or `key`; None where nobody
                signs in.
            credential_page: where the platform gives one out, `{address}` for its own address; the address
                itself where no page is known.
            sessions: in which sessions surfaces say anything, unless one says otherwise. By default both, or
                the public one alone where there is no credential.
            secret_header: the header that carries the secret, and what stands before the secret in it.
            options: what an election file's `options` may say.
            errors: the platform's own words for failures, by what they read as.
            failed: how an answer reads whose status is not 200.
            sign_in: the conversation that turns the credential into a token, where the platform asks for one.
            also_called: what other people's files call it, besides its id, in lower case.
            account_page: how the address of an account's page reads, a regular expression whose group is the
                handle; None where the host does not tell.
        """
        self.id = reader.partition("@")[0]
        self.reader = reader
        self.label = label
        self.address = address
        self.root = root
        self.credential = credential
        self._credential_page = credential_page or "{address}"
        self.secret_header = secret_header
        self.options = options
        self.errors = {word: answer for answer, words in errors.items() for word in words}
        self.failed = failed
        self._sessions = sessions or (PUBLIC if credential is None else BOTH)
        self.also_called = also_called
        self.account_page = account_page
        self._sign_in = sign_in
        self._surfaces: dict[str, _SurfaceFacts] = {}
        self._self_tests: dict[str, TestSurface] = {}

    def surface(
        self, *surfaces: Surface, cost: int = 1, sessions: frozenset[Session] | None = None
    ) -> Callable[[AskSurface], AskSurface]:
        """Declares the function below it as how these surfaces are asked.

        Args:
            surfaces: one, or several that are asked alike.
            cost: requests that one asking takes, at most.
            sessions: in which sessions they say anything, where that differs from the platform's.

        Raises:
            ValueError: a surface is declared twice.
        """

        def declare(ask: AskSurface) -> AskSurface:
            for surface in surfaces:
                if surface in self._surfaces:
                    message = f"{self.id} declares {surface} twice"
                    raise ValueError(message)
                self._surfaces[surface] = _SurfaceFacts(ask, cost, sessions or self._sessions)
            return ask

        return declare

    def self_tested(self, *surfaces: Surface) -> Callable[[TestSurface], TestSurface]:
        """Declares the function below it as the self-test of these surfaces: whether they show the instrument
        what others have posted."""

        def declare(test: TestSurface) -> TestSurface:
            self._self_tests.update(dict.fromkeys(surfaces, test))
            return test

        return declare

    @property
    def surfaces(self) -> Mapping[str, frozenset[Session]]:
        """Which surfaces can be asked, and in which sessions they say anything; in the order of `Surface`."""
        return {surface: self._surfaces[surface].sessions for surface in Surface if surface in self._surfaces}

    @property
    def cost(self) -> Mapping[str, int]:
        """Requests that one asking of a surface takes, at most."""
        return {surface: self._surfaces[surface].cost for surface in self.surfaces}

    @property
    def answers_anybody(self) -> bool:
        """Whether any name can be asked for without a credential."""
        return any(Session.PUBLIC in self.surfaces.get(surface, ()) for surface in ASKED_BY_NAME)

    @property
    def credential_variable(self) -> str | None:
        """The environment variable that holds the credential, unless an election file names another: such as
        `SIAGA_X_BEARER_TOKEN`. None where nobody signs in."""
        if self.credential is None:
            return None
        return f"SIAGA_{self.id.upper()}_{VARIABLE_ENDINGS[self.credential]}"

    def credential_page(self, address: str) -> str:
        """Where the platform at an address gives out a credential, for people to open."""
        return self._credential_page.format(address=address.rstrip("/"))

    def base(self, instance: Instance) -> str:
        """The address that every request to the instance begins with."""
        address = instance.address.rstrip("/")
        return f"{address.removesuffix(f'/{self.root}')}/{self.root}" if self.root else address

    def sign_in(self, instance: Instance) -> SignIn | None:
        """A conversation that turns the credential into a token; None where the secret is used as it is."""
        return None if self._sign_in is None else self._sign_in(instance)

    def ask(self, instance: Instance, query: Query) -> Conversation:
        """The conversation that asks `query.surface` for `query.name`."""
        return guarded(self._converse(Inquiry(self, instance, query.surface, query.name, query.at)), query.at)

    def self_test(self, instance: Instance, surface: str, at: datetime) -> SelfTestStep | None:
        """The conversation that finds out whether the surface shows what others have posted, if any."""
        test = self._self_tests.get(surface)
        return None if test is None else _never_raising(test(Inquiry(self, instance, surface, "", at)))

    def _converse(self, ask: Inquiry) -> Conversation:
        surface = self._surfaces.get(ask.surface)
        if surface is None:
            raise ContractViolation(f"no surface {ask.surface}")
        return (yield from surface.ask(ask))


def _never_raising(test: SelfTestStep) -> SelfTestStep:
    """A self-test that never raises: what is not in the contract cannot tell."""
    try:
        return (yield from test)
    except Concluded as concluded:
        reading = concluded.reading
        return SelfTest(None, as_note("could not be tested:", reading.answer, reading.note))
    except ContractViolation as violation:
        return SelfTest(None, as_note("could not be tested:", str(violation)))
