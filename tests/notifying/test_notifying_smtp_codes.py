"""Every code has a meaning, and only what is permanent ends the trying."""

from hypothesis import example, given
from hypothesis import strategies as st

from siaga.cases.undelivered import Trouble
from siaga.notifying.smtp_codes import MailStep, trouble_of


@given(
    st.sampled_from(MailStep),
    st.integers(-1, 999),
    st.text(max_size=40) | st.from_regex(r"[245]\.[0-9]{1,3}\.[0-9]{1,3} no", fullmatch=True),
)
@example(MailStep.GREETING, 552, "")
@example(MailStep.SIGN_IN, 552, "5.3.4 too big")
def test_only_a_permanent_refusal_is_final(step: MailStep, code: int, text: str) -> None:
    trouble = trouble_of(step, code, text)
    if not 500 <= code <= 599:
        assert trouble is Trouble.LATER
    if step in {MailStep.GREETING, MailStep.ENCRYPTION, MailStep.SIGN_IN}:
        assert not trouble.is_final, "what is ours to mend is tried again"


def test_the_enhanced_code_says_more_than_the_first() -> None:
    assert trouble_of(MailStep.RECIPIENT, 550, "no such user") is Trouble.ADDRESS
    assert trouble_of(MailStep.RECIPIENT, 550, "5.7.1 relaying denied") is Trouble.SETUP
    assert trouble_of(MailStep.RECIPIENT, 550, "5.2.2 over quota") is Trouble.LATER
    assert trouble_of(MailStep.RECIPIENT, 550, "5.1.8 bad sender domain") is Trouble.SETUP
    assert trouble_of(MailStep.TEXT, 554, "5.6.0 malformed") is Trouble.MESSAGE
    assert trouble_of(MailStep.TEXT, 552, "5.3.4 too big") is Trouble.MESSAGE
