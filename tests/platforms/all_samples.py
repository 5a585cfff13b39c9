"""All platforms' samples, found by the files in `samples/`."""

from importlib import import_module
from pathlib import Path
from typing import Any

from tests.platforms.platform_samples import Samples

from siaga.platforms.conversation import Response

FOLDER = Path(__file__).parent / "samples"


def samples_of(id: str) -> Samples:
    samples = import_module(f"tests.platforms.samples.{id}").SAMPLES
    assert isinstance(samples, Samples)
    return samples


BY_PLATFORM: dict[str, Samples] = {path.stem: samples_of(path.stem) for path in sorted(FOLDER.glob("*.py"))}
SAMPLES: dict[tuple[str, str], list[Response]] = {
    (id, surface): answers
    for id, samples in BY_PLATFORM.items()
    for surface, answers in samples.answers.items()
}
"""The answers of a conversation that finds the name, by platform and surface."""
CONTRACTS: dict[tuple[str, str], list[dict[str, Any]]] = {
    (id, surface): list(schemas)
    for id, samples in BY_PLATFORM.items()
    for surface, schemas in samples.contract.items()
}
