"""The failing network step, in words that are stored and published."""

from siaga.domain.failures import Failure


def test_a_failure_is_a_word_and_never_an_exceptions_name() -> None:
    for failure in Failure:
        assert failure.value == failure.value.lower(), failure
        assert failure.value.replace("_", "").isalnum(), failure


def test_the_words_are_those_of_the_published_format() -> None:
    assert Failure.CONNECTION_CLOSED == "eof_error"
    assert Failure.TIMED_OUT == "generic_timeout_error"
    assert Failure.DNS_NXDOMAIN == "dns_nxdomain_error"
    assert Failure.TLS_UNKNOWN_AUTHORITY == "ssl_unknown_authority"
    assert {failure.split("_")[0] for failure in Failure if failure.name.startswith("TLS")} == {"ssl"}
    assert {failure.split("_")[0] for failure in Failure if failure.name.startswith("DNS")} == {"dns"}
