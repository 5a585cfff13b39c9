"""Bent answers for every reader: `python -m benchmarks.reader_fuzz [ANSWERS] [SEED]`.

None may raise, and none may say `empty` or `results` where the contract does not. Not a measurement of
speed: a search for mistakes, longer than the suite has time for. Exit code 1 if one is found.
"""

import random
import sys
import time
from collections import Counter

from tests.platforms.mutated_answers import bent, cases, fault, read

ANSWERS, SEED = 500_000, 20260101


def main() -> None:
    """Try so many conversations, all surfaces in turn; print what they read as, and the mistakes."""
    answers, seed, *_ = *map(int, sys.argv[1:3]), *(ANSWERS, SEED)[len(sys.argv) - 1 :]
    chance, everywhere = random.Random(seed), cases()
    counted: Counter[str] = Counter()
    mistakes = 0
    began = time.monotonic()
    for number in range(answers):
        case = everywhere[number % len(everywhere)]
        given = bent(chance, case)
        try:
            reading, last = read(case, given)
            wrong = fault(case, reading, last)
        except Exception as error:
            reading, last, wrong = None, None, f"{type(error).__name__}: {error}"
        counted[reading.answer if reading else "raised"] += 1
        if wrong:
            mistakes += 1
            if mistakes <= 20:
                print(number, *case, wrong, reading, last, sep=" | ")
    shares = ", ".join(f"{answer} {count}" for answer, count in counted.most_common())
    print(f"{answers} conversations, seed {seed}, {time.monotonic() - began:.0f} s: {shares}")
    print(f"{mistakes} mistakes")
    sys.exit(mistakes > 0)


if __name__ == "__main__":
    main()
