"""News by mail, as its pages see it."""

from typing import Protocol


class SubscriptionService(Protocol):
    """Where people ask for news by mail."""

    def form(self) -> str:
        """What a new form carries."""
        ...

    def ask(self, address: str, language: str, form: str, network: str) -> None:
        """Somebody asks for news at an address.

        Raises:
            BadInput: it is no mail address, or the form is not ours.
            TooMany: too many asked from there, or at all.
        """
        ...

    def wants(self, token: str) -> tuple[str, str] | None:
        """What a link is for: `confirm` or `stop`, and whom; None for any other text."""
        ...

    def act(self, token: str) -> bool:
        """Do what a link is for; False where there is nothing to do."""
        ...
