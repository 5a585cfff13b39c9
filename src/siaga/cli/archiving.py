"""Gathers the evidence of a case: what `siaga evidence` does once its files are read."""

import hashlib
import zipfile
from pathlib import Path

import orjson

from siaga.cli.room_files import room_of
from siaga.domain.errors import BadInput, Fault
from siaga.domain.time import SystemClock, rfc3339
from siaga.election.model import Election
from siaga.journal.journal import Journal
from siaga.journal.watched_election import check_journal_is_of
from siaga.measurements.files import whole_file
from siaga.services.cases import CaseDesk
from siaga.services.kept_answers import KeptAnswers


def archive_evidence(election: Election, data: Path, journal: str, id: str, file: Path) -> int:
    """Write the bodies and pictures of a case's time at its platform, and `index.json` with when each was
    asked; returns how many bodies.

    Raises:
        BadInput: the record is of another election, there is no such case, or something is at `file` already.
    """
    if file.exists():
        raise BadInput(Fault("The file is there already; nothing was written.", "Name another.", str(file)))
    with Journal.open(journal, SystemClock()) as opened:
        check_journal_is_of(opened, election.id, str(data))
        desk = CaseDesk(election, room_of(None, election), opened, SystemClock())
        case = desk.cases.get(id)
        if case is None:
            do = f"There are: {', '.join(desk.cases) or 'none'}."
            raise BadInput(Fault(f"There is no case {id!r}.", do, field="CASE"))
    kept = KeptAnswers(data / "evidence", desk.history).of_case(case)
    index = [
        {
            "file": answer.path.name.removesuffix(".gz"),
            "sha256": answer.sha256,
            "asked_at": rfc3339(answer.at),
        }
        for answer in kept
    ]
    with whole_file(file) as unfinished, zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.json", orjson.dumps({"case": id, "kept": index}, option=orjson.OPT_INDENT_2))
        for answer in kept:
            content = answer.content()
            if answer.is_body and hashlib.sha256(content).hexdigest() != answer.sha256:
                raise BadInput(
                    Fault(
                        "A kept answer was changed.",
                        "Restore it from a backup, or move it away.",
                        str(answer.path),
                    )
                )
            archive.writestr(answer.path.name.removesuffix(".gz"), content)
    return sum(answer.is_body for answer in kept)
