"""What a platform's reader takes beyond its surfaces: the country."""

import pytest

from siaga.domain.options import COUNTRY


@pytest.mark.parametrize("country", ["ID", "id", "Gb"])
def test_a_country_is_two_letters(country: str) -> None:
    assert COUNTRY.pattern.fullmatch(country)


@pytest.mark.parametrize("country", ["", "I", "IDN", "I1", "İD", "ID\n", " ID"])
def test_anything_else_is_refused(country: str) -> None:
    assert not COUNTRY.pattern.fullmatch(country)
