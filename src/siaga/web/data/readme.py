"""The text that stands beside the files of the open data."""

from siaga.election.model import Election


def readme(election: Election) -> str:
    """How the files are named, and the one command that judges one again."""
    return f"""Open data of Siaga: {election.label}

case/C-1.parquet              all that was measured at the platform of case C-1, from so long before it that
case/C-1.jsonl.gz             its verdict follows: contestants, comparison names and canaries
day/2024-01-25/x.parquet      all that was measured at platform x on that day (UTC); days that are over
day/2024-01-25/x.jsonl.gz

Parquet and JSON Lines have the same records. To judge a file again, with Siaga installed and nothing
but the file:

    siaga replay C-1.parquet

It prints every change of state, and for the file of a case whether the verdict that proved it follows: the
same moment, state, onset and counts. Several days are judged together: siaga replay 2024-01-*-x.parquet
`--json` gives one JSON object a line.

The file itself says how it is judged (whose names are contestants' and comparison names, how many false
alarms are promised): in Parquet's metadata under `siaga_judged_by`, in JSON Lines as the field `judged_by` of
the first record.

The file of a case begins with the first measurement, or where that would be over 3 million records, 28, 14,
7, 4, 2 days or one day before the case began. While something that is not public yet is being checked, what
was measured since is held back on every platform; such a file answers 503 until then. The test texts
(`canary`) of the present day are secret: in their place stands their id.

What every column means: /en/data/columns. The method: /en/method.
"""
