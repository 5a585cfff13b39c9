"""The failing network step, in words that are stored and published."""

import pytest

from siaga.domain.failures import FORMER, Failure


def test_a_failure_is_a_word_and_never_an_exceptions_name() -> None:
    for failure in Failure:
        assert failure.value == failure.value.lower(), failure
        assert failure.value.replace("_", "").isalnum(), failure


def test_the_words_are_those_of_the_published_format() -> None:
    words = {failure.name: failure.value for failure in Failure}
    assert words["CONNECTION_CLOSED"] == "eof_error"
    assert words["TIMED_OUT"] == "generic_timeout_error"
    assert words["DNS_NXDOMAIN"] == "dns_nxdomain_error"
    assert words["TLS_UNKNOWN_AUTHORITY"] == "ssl_unknown_authority"
    assert words["DNS_SERVFAIL"] == "dns_servfail_error"
    assert all(word.startswith("ssl_") == name.startswith("TLS_") for name, word in words.items())
    assert all(word.startswith("dns_") == name.startswith("DNS_") for name, word in words.items())


def test_words_of_older_records_are_read_as_what_they_are_now() -> None:
    assert Failure("dns_server_failure") is Failure.DNS_SERVFAIL
    assert {Failure(word) for word in FORMER} <= set(Failure)
    with pytest.raises(ValueError, match="no_such_word"):
        Failure("no_such_word")
