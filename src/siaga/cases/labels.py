"""What people call the name, place and platform that a case is about."""

from siaga.cases.case import Case
from siaga.election.model import Election, NameKind
from siaga.i18n.speech import Speech
from siaga.i18n.verdict_phrases import surface_words


def about(case: Case, election: Election, speech: Speech) -> str:
    """Whom or what a case is about: a person's full name, or the surface, or everything on the platform."""
    if case.subject is not None and (name := full_name(case.subject, election)) is not None:
        return name
    if case.subject is None and case.surface is not None:
        return surface_words(speech, case.surface)
    return case.subject or speech.say("all names")


def full_name(subject: str, election: Election) -> str | None:
    """A person's full name; None where nobody has that id."""
    for person in election.people():
        if person.id == subject:
            full = next((name.text for name in person.names if name.kind is NameKind.FULL), None)
            return full or person.names[0].text
    return None


def platform_label(platform: str, election: Election) -> str:
    """What the election file calls a platform; its id where the file has it no more."""
    return next((known.label for known in election.platforms if known.id == platform), platform)
