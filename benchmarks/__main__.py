"""`python -m benchmarks`: what there is to measure, and how to run each."""

import ast
from pathlib import Path


def main() -> None:
    """Name each benchmark with its first sentence."""
    for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        described = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        print(f"python -m benchmarks.{path.stem}\n    {described.splitlines()[0]}\n")


if __name__ == "__main__":
    main()
