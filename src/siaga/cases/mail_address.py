"""Mail addresses, as room files and forms take them."""

import re
from typing import Final

from siaga.config.wording import quoted

MAIL_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*", re.ASCII
)
"""A mail address in its plain form; no liaison has a quoted local part or an address literal."""


def mail_address_problem(text: str) -> tuple[str, str] | None:
    """What is wrong with a mail address and what to write instead; None where it is one."""
    if MAIL_ADDRESS.fullmatch(text) is None:
        return f"{quoted(text)} is not an email address.", "Write one such as name@example.com."
    return None
