"""The samples keep to the contracts, which the samples' files have in our own words.

Only what the contracts require and the readers use; where each stands is said in docs/platforms/. A sample
that drifts from its contract would make the other tests worthless.
"""

import jsonschema
import orjson
import pytest
from tests.platforms.all_samples import CONTRACTS, SAMPLES


def test_every_sample_has_a_contract() -> None:
    assert set(CONTRACTS) == set(SAMPLES)


@pytest.mark.parametrize("case", sorted(SAMPLES), ids="-".join)
def test_samples_keep_to_their_contracts(case: tuple[str, str]) -> None:
    for schema, response in zip(CONTRACTS[case], SAMPLES[case], strict=True):
        jsonschema.Draft202012Validator.check_schema(schema)
        for line in response.body.splitlines():
            jsonschema.Draft202012Validator(schema).validate(orjson.loads(line))
