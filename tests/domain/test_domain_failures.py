"""The failing network step, in words that are stored and published."""

from siaga.domain.failures import Failure


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
    assert all(word.startswith("ssl_") == name.startswith("TLS_") for name, word in words.items())
    assert all(word.startswith("dns_") == name.startswith("DNS_") for name, word in words.items())
