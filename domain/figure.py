"""Whether words are a figure: one line of the form "what: number unit". In doubt they are not."""

import re
import unicodedata

LONGEST = 200
"""Characters; whatever is longer is a sentence with a number in it."""
MOST_DIGITS = 9
"""A longer number is somebody's telephone, account or document."""
MOST_WORDS = 4
"""Of a unit: "%", "млн тенге", "% of the voters"."""

_APART = "[ \u00a0\u2007\u2009\u202f.,'’]"
_NUMBER = re.compile(
    rf"(?P<number>(?:[1-9][0-9]{{0,2}}(?P<apart>{_APART})[0-9]{{3}}(?:(?P=apart)[0-9]{{3}})*|[1-9][0-9]*|0)"
    r"(?:[.,][0-9]+)?)(?![0-9])(?P<unit>.*)"
)
"""Whole or decimal, with a point or a comma; its thousands apart in whatever way the three languages write them."""
_SIGNS = frozenset("%‰°€$£¥₽₸")
_IN_WORDS = frozenset("²³.'’/-")
_LIKE_A_CLOCK = re.compile(r"(?:[0-2]?[0-9]|3[01])\.[0-5][0-9]")
"""10.30 may be half past ten, and 8.06 the eighth of June."""
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_OF_A_CLOCK = re.compile(
    r"(?:[ap]\.?m|o['’]clock|утра|вечера|ночи|ч|час\w{0,2})\b"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\b"
    r"|(?:январ|феврал|март|апрел|ма[йя]|июн|июл|август|сентябр|октябр|ноябр|декабр)\w{0,3}\b"
    r"|(?:қаңтар|ақпан|наурыз|сәуір|мамыр|маусым|шілде|тамыз|қыркүйек|қазан|қараша|желтоқсан)\w{0,4}\b",
    re.IGNORECASE,
)
"""What makes the number before it an hour or a day of a month."""
_OF_A_YEAR = re.compile(r"(?:г|год|года|году|ж|жыл\w{0,4}|year)\b", re.IGNORECASE)


def is_figure(words: str) -> bool:
    """Whether this is what something counts, a colon, one number and perhaps its unit; no hour, date or telephone."""
    if len(words) > LONGEST or len(words.strip().splitlines()) != 1:
        return False
    what, _, rest = unicodedata.normalize("NFC", words).strip().partition(":")
    if not any(sign.isalpha() for sign in what):
        return False
    found = _NUMBER.fullmatch(rest.strip())
    if found is None or (what[-1].isdigit() and not rest[0].isspace()):  # "Start 10:30"
        return False
    return _counts(found["number"], found["unit"].rstrip(".; "))


def _counts(number: str, after: str) -> bool:
    """Whether the number says how many, or how much, of what stands after it."""
    unit = after.split()
    if sum(sign.isdigit() for sign in number) > MOST_DIGITS or len(unit) > MOST_WORDS:
        return False
    if not all(word in _SIGNS or _is_word(word) for word in unit):
        return False
    if unit and unit[0] == "%":
        return True
    joined = " ".join(unit)
    if _LIKE_A_CLOCK.fullmatch(number) or _OF_A_CLOCK.match(joined):
        return False
    if _YEAR.fullmatch(number) and _OF_A_YEAR.match(joined):
        return False
    return not after or after[0].isspace() or after[0] in _SIGNS  # no "5th"


def _is_word(word: str) -> bool:
    return word[0].isalpha() and all(sign.isalpha() or sign in _IN_WORDS for sign in word)
