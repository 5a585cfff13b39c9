"""Writes a room file's text from what somebody typed on the set-up's page."""

import json
import re
from typing import Final

from siaga.config.addresses import is_loopback
from siaga.notifying.registry import FORMS
from siaga.ports.setup import ContactDraft, RoomDraft

MAIL_VARIABLE: Final = "SIAGA_MAIL_PASSWORD"
DAYS: Final = "[monday, tuesday, wednesday, thursday, friday, saturday, sunday]"


def contact_variable(platform: str) -> str:
    """The environment variable that holds the secret of a platform's contact."""
    return f"SIAGA_{re.sub(r'[^A-Z0-9]', '_', platform.upper())}_CONTACT_SECRET"


def room_text(draft: RoomDraft, election: str, language: str) -> str:
    """The room file, as a person would write it. `election` is the election's id, `language` what platforms
    are written to in."""
    lines = [
        f"# The room of {election}: see docs/room-file.md. Check it after each change: siaga room check.",
        "",
        f"room: {election}",
        f"label: {_quoted(draft.label)}",
        f"address: {_quoted(draft.address)}",
    ]
    lines += [f"about: {_quoted(draft.about)}"] if draft.about else []
    lines += [f"contact: {_quoted(draft.contact)}"] if draft.contact else []
    lines += ["approvals: 2                         # so many people approve a notice before it is sent"]
    if draft.on_call:
        turn = f'{{person: {_quoted(draft.on_call)}, days: {DAYS}, begins: "00:00", ends: "23:59"}}'
        lines += ["", "# Who is on call, in the election's time zone.", "rota:", f"  - {turn}"]
    lines += ["", "platforms:"]
    for contact in draft.contacts:
        if contact.label:
            lines += _desk(contact, language)
    return "\n".join([*lines, *_mail(draft)]) + "\n"


def _desk(contact: ContactDraft, language: str) -> list[str]:
    form, fields = FORMS.get(contact.kind), [f"kind: {_quoted(contact.kind)}"]
    if form is None or form.address is not None:
        fields.append(f"address: {_quoted(contact.address)}")
    if form is not None and form.secret is not None:
        fields.append(f"secret: {{environment: {contact_variable(contact.platform)}}}")
    return [
        f"  - id: {contact.platform}",
        f"    language: {language}",
        "    contacts:",
        f"      - id: {contact.platform}-liaison",
        f"        label: {_quoted(contact.label)}",
        "        channels:",
        f"          - {{{', '.join(fields)}}}",
    ]


def _mail(draft: RoomDraft) -> list[str]:
    if not draft.mail_host:
        return []
    is_here = is_loopback(f"//{draft.mail_host}")
    lines = [
        "",
        "mail:",
        f"  host: {_quoted(draft.mail_host)}",
        f"  port: {draft.mail_port if draft.mail_port.isdecimal() else _quoted(draft.mail_port)}",
        f"  sender: {_quoted(draft.mail_sender)}",
        f"  starttls: {'none' if is_here else 'required'}",
    ]
    if draft.mail_user:
        lines += [f"  user: {_quoted(draft.mail_user)}", f"  password: {{environment: {MAIL_VARIABLE}}}"]
    return lines


def _quoted(text: str) -> str:
    """A text as YAML, which takes JSON's strings."""
    return json.dumps(text, ensure_ascii=False)
