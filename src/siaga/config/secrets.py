"""How a file says where a secret is found; the secret itself never stands in a file."""

import re
from typing import Annotated, Final

from pydantic import ConfigDict

from siaga.config.reading import FileReading
from siaga.config.scalars import text
from siaga.config.sections import Section
from siaga.config.tree import Fields
from siaga.config.wording import Unreadable

_LONGEST: Final = 400
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}", re.ASCII)


def _variable(written: str) -> str:
    if _VARIABLE.fullmatch(written) is None:  # not quoted: it may be the secret itself
        do = "Write the variable's name, such as SIAGA_X_BEARER_TOKEN, and never the secret itself."
        raise Unreadable("This is no name of an environment variable.", do)
    return written


Variable = Annotated[str, text(_variable, _LONGEST, pattern=rf"^{_VARIABLE.pattern}$")]
"""The name of an environment variable."""


class SecretSource(Section):
    """Where a secret is found: the name of an environment variable, or the path of a file."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["environment"]}, {"required": ["file"]}]}
    )
    environment: Variable | None = None
    """Name of an environment variable that holds the secret."""
    file: Annotated[str, text(longest=_LONGEST)] | None = None
    """Path of a file that holds the secret, relative to this file."""

    @classmethod
    def check_combination(cls, tree: Fields, reading: FileReading) -> None:
        """Exactly one of the two is given."""
        if len(tree.fields.keys() & {"environment", "file"}) != 1:
            do = "Write exactly one: `environment: NAME` of a variable, or `file: PATH` beside this file."
            reading.wrong(tree.position, "It must be said in one place where the secret is found.", do)
