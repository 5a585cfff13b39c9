"""What is said where a platform's credential is missing: what is not measured, and how to mend it."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Final

from siaga.domain.credentials import MissingCredential, MissingSecret
from siaga.i18n.speech import N_, Speech

NOT_MEASURED: Final[Mapping[str, str]] = {
    "bearer": N_("{platform} is not being measured because its API token is missing."),
    "password": N_("{platform} is not being measured because its app password is missing."),
    "key": N_("{platform} is not being measured because its API key is missing."),
}
"""By the credential's kind, where nothing is asked without it."""
PARTLY_MEASURED: Final[Mapping[str, str]] = {
    "bearer": N_("{platform} is only partly measured because its API token is missing."),
    "password": N_("{platform} is only partly measured because its app password is missing."),
    "key": N_("{platform} is only partly measured because its API key is missing."),
}
"""The same, where some of it is asked without signing in."""


def missing_sentence(speech: Speech, missing: MissingCredential, platform: str) -> str:
    """Which credential is missing, and what is not measured because of it. `platform` is the label."""
    sentences = NOT_MEASURED if missing.is_all else PARTLY_MEASURED
    return speech.say(sentences[missing.kind], platform=platform)


def remedy_sentence(speech: Speech, missing: MissingCredential) -> str:
    """Where to get it and where to put it. Of a file it says the name alone: the public reads this too."""
    if missing.environment is not None:
        sentence = N_("Get one at {page}, set the environment variable {variable}, and restart Siaga.")
        return speech.say(sentence, page=missing.get_at, variable=missing.environment)
    sentence = N_("Get one at {page}, save it in the file {file}, and restart Siaga.")
    return speech.say(sentence, page=missing.get_at, file=PurePath(missing.file or "").name)


def unset_sentence(speech: Speech, missing: MissingSecret) -> str:
    """What cannot be sent for want of a secret, and where to put it."""
    if missing.contact is None:
        what = speech.say("No mail can be sent: the mail server's password is missing.")
    else:
        what = speech.say("One channel to {contact} is off: its secret is missing.", contact=missing.contact)
    if missing.environment is not None:
        sentence = N_("Set the environment variable {variable} and restart Siaga.")
        return f"{what} {speech.say(sentence, variable=missing.environment)}"
    sentence = N_("Save it in the file {file} and restart Siaga.")
    return f"{what} {speech.say(sentence, file=PurePath(missing.file or '').name)}"
