"""What no notice may ask for: that something be removed, hidden or slowed. The rule `no-removal@1`.

A machine sees it as far as words go. A clause is refused where it asks (an imperative, a request, a duty) for
a taking away, in any form of its word, of something that a platform holds, and nothing turns the asking
round: a negation, what happened already, a question for the cause, a hindrance that is to be lifted. Letters
that look alike, letters set apart and marks between them are read as the word that they make. What gets by
is for the approvers, who are shown the rule. The words stand in `forbidden_words.py`.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from siaga.cases.notices import forbidden_words as words

RULE: Final = "no-removal@1"
BEFORE: Final = 12
"""Words before a verb in which an asking counts."""
AFTER: Final = 9
"""Words after it in which its object counts."""
NEAR: Final = 4
"""Words before it in which a negation counts."""
LONGEST_CLAUSE: Final = 200
"""Of a clause that is quoted."""
_LOOKALIKES: Final[Mapping[int, str]] = str.maketrans(
    dict(zip("аеорсухікмтвнјѕԁԛԝһгαορνκτεικυχıłøđ", "aeopcyxikmtbhjsdqwhraopvkteikyxilod", strict=True))
)
"""Cyrillic, Greek and other letters, by what they look like."""
_DIGITS: Final[Mapping[int, int]] = str.maketrans("013457@$", "oieastas")
_SET_APART: Final = re.compile(r"(?<!\w)(?:\w[ .*_·|/\\-]{1,2}){2,}\w(?!\w)")
_MARKS: Final = re.compile(r"(?<=\w)[.*_·|\\'’`~^-](?=\w)")
_LETTERS_AND_DIGITS: Final = re.compile(r"[a-z0-9][a-z0-9@$]*")
_CLAUSES: Final = re.compile(r"[.!?;\n•()\[\]\"“”–—]+| but | namun | tetapi | tapi ")
_WORDS: Final = re.compile(r"[@#]?\w+|[,:]")
_PREFIXES: Final = (
    *("meny", "peny", "meng", "peng", "mem", "pem", "men", "pen", "me", "pe", "di", "ter", "ber", "per"),
    *("ke", "se", "diper", "memper"),
)
_SWALLOWED: Final[Mapping[str, str]] = {
    "meny": "s",
    "peny": "s",
    "mem": "p",
    "pem": "p",
    "men": "t",
    "pen": "t",
}
"""The letter of the root that a prefix may have taken in: *menyembunyikan* comes from *sembunyi*."""


def forbidden(text: str) -> str | None:
    """The first clause that asks to remove, hide or slow something, as it is written; None without one."""
    for written, clause in _clauses(text):
        if _asks_en(clause) or _asks_id(clause):
            return " ".join(written.split())[:LONGEST_CLAUSE]
    return None


def _clauses(text: str) -> Iterator[tuple[str, str]]:
    """Each clause as written and as read: with marks inside words as ends of words, and as nothing."""
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text)
        if unicodedata.category(letter) not in {"Mn", "Cf", "Me"}
    )
    for separate in (True, False):
        whole = _SET_APART.sub(lambda found: re.sub(r"\W|_", "", found[0]), plain)
        marked = _MARKS.sub(" " if separate else "", re.sub(r"(?<=[nN])['’](?=t\b)", "", whole))
        for part in _CLAUSES.split(marked):
            read = part.casefold().translate(_LOOKALIKES)
            read = _LETTERS_AND_DIGITS.sub(_as_letters, read)
            yield part, " ".join(read.split())


def _unshown(clause: str, patterns: Sequence[str], shown: str) -> bool:
    """Whether it asks that something be shown no more; a taking away that is to end is none."""
    for pattern in patterns:
        for found in re.finditer(pattern.replace("{show}", shown), clause):
            within = _WORDS.findall(found[0])
            if not any(word in words.VERBS_EN or _takes_away(word) for word in within):
                return True
    return False


def _as_letters(found: re.Match[str]) -> str:
    """A word with digits in the place of letters, as it is meant; a number stays one."""
    return found[0].translate(_DIGITS) if any(map(str.isalpha, found[0])) else found[0]


# English


def _asks_en(clause: str) -> bool:
    for pattern, read in words.SOFTENED_EN:
        clause = re.sub(pattern, read, clause)
    tokens = _WORDS.findall(clause)
    if _unshown(clause, words.UNSHOWN_EN, words.SHOWN_EN):
        return True
    for pattern, verb in words.PHRASES_EN:
        for found in re.finditer(pattern, clause):
            before, within = _WORDS.findall(clause[: found.start()]), _WORDS.findall(found[0])
            sentence = [*before, *verb.split(), *within[1:], *_WORDS.findall(clause[found.end() :])]
            form = "participle" if found[1] in {"taken", "took", "pulled", "brought", "banned"} else "base"
            form = "gerund" if found[1].endswith("ing") and form == "base" else form
            form = "participle" if before[-1:] == ["be"] else form
            if _asks_at(sentence, len(before) + len(verb.split()) - 1, form):
                return True
    return any(
        _asks_at(tokens, place, words.VERBS_EN[token])
        for place, token in enumerate(tokens)
        if token in words.VERBS_EN
    )


def _asks_at(tokens: Sequence[str], place: int, form: str) -> bool:
    """Whether the verb at a place is asked for, of something that a platform holds."""
    before, after = tokens[max(0, place - BEFORE) : place], tokens[place + 1 : place + 1 + AFTER]
    near, last = _near(before), before[-1] if before else ","
    is_urged = " ".join(tokens[:4]).startswith(words.ASKING_QUESTIONS_EN)
    if near & words.NOT_EN:
        is_urged = is_urged or bool(near & words.NOT_NOT_EN)
        if not is_urged:
            return False
    if form == "base" and last in words.DETERMINERS_EN:
        form = "noun"
    if form != "base" and near & words.UNDO_EN:
        return False
    if form == "noun" and near & words.VERBS_EN.keys():
        return False
    if form == "third" and words.RELATIVES_EN.intersection(before[-2:]):
        return False
    is_joined = last in {"and", "or"} and len(before) > 1 and before[-2] in words.VERBS_EN
    if form == "base" and (last in {"that", "which", "who"} or is_joined):
        return False
    if not is_urged and _is_question(tokens[:place], words.QUESTIONS_EN, words.ASKING_EN):
        return False
    if not _has_object(before, after, form):
        return False
    if is_urged or (form == "base" and last in words.IMPERATIVE_EN | {":"}):
        return True
    if form == "noun" and words.WANTED_EN & set(after) and not words.NOT_EN & set(after):
        return True
    if form == "participle" and tuple(before[-2:]) == ("to", "be"):
        return not words.SEEMS_EN & set(before[-4:]) and not words.NOT_EN & set(before)
    wanted = _last_of(before, words.WANTS_EN)
    if wanted is None:
        return form == "gerund" and last in {"by", "for"} and bool(set(before) & {"thank", "thanks"})
    between = set(before[wanted + 1 :])
    if between & words.WHY_EN or set(before[max(0, wanted - 3) : wanted]) & words.NOT_EN:
        return False
    happened = words.HAPPENED_EN - {"is", "are"} if before[wanted] in words.ENSURE_EN else words.HAPPENED_EN
    return form in {"base", "gerund", "third"} or last == "be" or not between & happened


def _near(before: Sequence[str]) -> set[str]:
    """The words shortly before a verb, back to a comma."""
    near = list(before[-NEAR:])
    while "," in near:
        near = near[near.index(",") + 1 :]
    return set(near)


def _last_of(before: Sequence[str], wanted: frozenset[str]) -> int | None:
    """The place of the last of some words."""
    return max((place for place, token in enumerate(before) if token in wanted), default=None)


def _has_object(before: Sequence[str], after: Sequence[str], form: str) -> bool:
    if form == "base" and not after:
        return True
    for token in after:
        if token in words.LIFTED_EN:
            return False
        if token in words.OBJECTS_EN or token[0] in "@#":
            return True
    return bool(set(before[-3:] if form == "base" else before) & words.OBJECTS_EN)


def _is_question(before: Sequence[str], questions: frozenset[str], asking: frozenset[str]) -> bool:
    """Whether it asks what happened, not for something to happen."""
    start = next((token for token in before if token not in {",", ":"}), "")
    return start in questions and not set(before) & asking


# Indonesian


def _asks_id(clause: str) -> bool:
    for pattern, read in words.PHRASES_ID:
        clause = re.sub(pattern, read, clause)
    tokens = _WORDS.findall(clause)
    if _unshown(clause, words.UNSHOWN_ID, words.SHOWN_ID) or re.search(words.GONE_ID, clause):
        return True
    return any(_asks_at_id(tokens, place) for place, token in enumerate(tokens) if _takes_away(token))


def _asks_at_id(tokens: Sequence[str], place: int) -> bool:
    before, after = tokens[max(0, place - BEFORE) : place], tokens[place + 1 : place + 1 + AFTER]
    near, token = _near(before), tokens[place]
    last, is_affixed = before[-1] if before else ",", token.startswith(("me", "pe", "di", "ter", "ke"))
    is_urged = bool(near & words.NOT_ID and near & words.NOT_NOT_ID)
    if (near & words.NOT_ID and not is_urged) or (is_affixed and near & (words.UNDO_ID | {"yang"})):
        return False
    if last in words.OPENED_ID:
        return False
    if _is_question(tokens[:place], words.QUESTIONS_ID, words.ASKING_ID):
        return False
    if (token in words.LIFTED_ID and any(map(_takes_away, near))) or (after and after[0] in words.LIFTED_ID):
        return False
    around = [*before[-8:], *after]
    if (
        (after or is_affixed)
        and not token.endswith("nya")
        and not any(word[0] in "@#" or _stems(word) & words.OBJECTS_ID for word in around)
    ):
        return False
    if is_urged or (not is_affixed and last in {",", ":", "dan", "atau", "lalu", "serta", "juga"}):
        return True
    if token.startswith("pe") and words.WANTED_ID & set(after) and not words.NOT_ID & set(after):
        return True
    wanted = _last_of(before, words.WANTS_ID)
    if wanted is None or set(before[max(0, wanted - 3) : wanted]) & words.NOT_ID:
        return False
    return not set(before[wanted + 1 :]) & (words.HAPPENED_ID | words.WHY_ID)


def _takes_away(token: str) -> bool:
    if token in words.WHOLE_ID:
        return True
    return any(
        stem in words.ROOTS_ID or (stem in words.ROOTS_WITH_SUFFIX_ID and suffix)
        for stem, suffix in _taken_apart(token)
    )


def _stems(token: str) -> set[str]:
    return {stem for stem, _ in _taken_apart(token)}


def _taken_apart(token: str) -> Iterator[tuple[str, bool]]:
    """The roots that a word may come from, each with whether it has -kan, -i or -an."""
    ends = {(token, False)}
    for ending in ("", "lah", "kah", "pun", "nya", "ku", "mu"):
        if token.endswith(ending):
            rest = token[: len(token) - len(ending)]
            ends.add((rest, False))
            ends |= {(rest[: -len(suffix)], True) for suffix in ("kan", "i", "an") if rest.endswith(suffix)}
    for end, suffix in ends:
        yield end, suffix
        for prefix in _PREFIXES:
            if end.startswith(prefix) and len(rest := end.removeprefix(prefix)) >= 3:
                yield rest, suffix
                yield _SWALLOWED.get(prefix, "") + rest, suffix
