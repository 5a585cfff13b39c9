"""Time to proof where bursts go by expected evidence, beside the suspected surface first.

    python -m benchmarks.bursts [ELECTION.yaml] [--platform ID]

Each surface of a platform alone withholds 100%, 60% and 30% of a name, played by `services/forecast.py`:
the planner, its budgets and detection as a watch has them, on seeded answers.
"""

import argparse
from datetime import timedelta
from pathlib import Path

from siaga.cli.election_files import read_election_file
from siaga.composition.readers import readers_of
from siaga.planning.request_costs import request_costs
from siaga.services.forecast import Proof, time_to_proof

MISSING = 0.01


def minutes(span: timedelta | None) -> str:
    """`13.4`, or that it was not proven in time."""
    return "over 2 days" if span is None else f"{span.total_seconds() / 60:.1f}"


def proof_text(proof: Proof) -> str:
    """Median, nineteen in twenty, and the median name's rounds."""
    return f"{minutes(proof.median)} ({minutes(proof.late)}), {proof.rounds} rounds"


def main() -> None:
    """Print a row for each surface and share."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("election", type=Path, nargs="?", default=Path("elections/indonesia-2024.yaml"))
    parser.add_argument("--platform", default="bluesky")
    options = parser.parse_args()
    election = read_election_file(options.election)
    costs = request_costs(election, readers_of(election, options.election.parent))
    platform = next(platform for platform in election.platforms if platform.id == options.platform)
    print("minutes to proof: median (nineteen in twenty), rounds of the median name\n")
    print("| surface | withheld | the suspected surface first | by expected evidence |")
    print("|---|---|---|---|")
    for watch in platform.surfaces:
        for share in (1.0, 0.6, 0.3):
            simple, focused = (
                time_to_proof(election, platform, costs, share, MISSING, watch.surface, focused)
                for focused in (False, True)
            )
            print(
                f"| {watch.surface} | {share:.0%} | {proof_text(simple)} | {proof_text(focused)} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
