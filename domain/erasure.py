"""Forgetting a person: what gives him away in a text, and how a text reads without it."""

import html
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

SHORTEST_NAME = 3
"""Shorter names are words of any language: they are not looked for in what others wrote."""
_SHORTEST_WORD = 4
_PHONE_TAIL, _SHORTEST_PHONE = 10, 7
_PREFIX = 3
_FEW = 200
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_STARTS = re.compile(r"[^\W_]+|[^\w\s]|_")
"""Where a name may begin: a word, or a sign."""
_APOSTROPHES = "'’ʼ`"
_PHONE = re.compile(r"(?<![\w+])\+?\d[\d\s().‑-]{5,60}\d")


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody who is to be forgotten, and all by which he is known."""

    person_id: int
    name: str
    reference: str
    neutral: str
    """What stands in his name's place."""
    phones: tuple[str, ...] = ()
    telegram_ids: tuple[int, ...] = ()
    usernames: tuple[str, ...] = ()
    telegram_names: tuple[str, ...] = ()


@dataclass(slots=True)
class Erased:
    """What was erased, and what could not be."""

    counts: dict[str, int] = field(default_factory=dict)
    """How many of each kind; see texts/console.py."""
    not_unique: list[str] = field(default_factory=list)
    """References of people whose name others carry too (or that is too short to look for): it stays in texts."""
    telling_references: list[str] = field(default_factory=list)
    """References that hold the name or the phone themselves; they stay, for the programme lists people by them."""
    left: int = 0
    """Texts that could not be rewritten."""


class Traces:
    """Looks for people in texts, many people at once."""

    def __init__(self) -> None:
        self._lengths: dict[str, set[int]] = defaultdict(set)
        """By how a needle begins."""
        self._needles: dict[str, tuple[str, str]] = {}
        """(as it is written if it must be written so, what stands in its place)."""
        self._tails: dict[str, str] = {}
        self._spaced: list[re.Pattern[str]] = []

    def add(self, text: str, neutral: str, *, exact: bool = False) -> None:
        """Look for this text, in any case unless `exact`."""
        for spelt in _spellings(text):
            folded = fold(spelt)
            if len(folded) >= _PREFIX:
                self._needles.setdefault(folded, (spelt if exact else "", neutral))
                self._lengths[folded[:_PREFIX]].add(len(folded))

    def add_phone(self, phone: str, neutral: str) -> None:
        """Look for this number, however it is spaced and with whatever prefix."""
        digits = re.sub(r"\D", "", phone)
        if len(digits) >= _SHORTEST_PHONE:
            tail = digits[-_PHONE_TAIL:]
            self._tails[tail] = neutral
            self._spaced.append(re.compile(r"[\s().‑-]{0,3}".join(tail)))

    def found_in(self, text: str) -> bool:
        """Whether the text, JSON or not, holds any of it, be it inside a longer word."""
        if "\\u" in text:
            text = _ESCAPE.sub(lambda match: chr(int(match.group(1), 16)), text)
        folded = fold(text)
        for needle in self._needles:
            if needle in folded:
                return True
        return any(spaced.search(text) for spaced in self._spaced)

    def scrub(self, text: str) -> str:
        """The text with neutral words in their place; JSON stays JSON."""
        if self._few and "\\" not in text and not self.found_in(text):
            return text
        if text[:1] in {"{", "["}:
            try:
                value = json.loads(text)
            except ValueError:
                return self._scrub(text)
            scrubbed = self._walk(value)
            return text if scrubbed == value else json.dumps(scrubbed, ensure_ascii=False)
        return self._scrub(text)

    @property
    def _few(self) -> bool:
        """So few needles that looking for each of them is quicker than one walk through the text."""
        return len(self._needles) < _FEW

    def _walk(self, value: object) -> object:
        if isinstance(value, str):
            return self.scrub(value)
        if isinstance(value, list):
            return [self._walk(item) for item in value]
        if isinstance(value, dict):
            return {self._scrub(key): self._walk(item) for key, item in value.items()}
        return value

    def _scrub(self, text: str) -> str:
        if self._few and not self.found_in(text):
            return text
        folded, done, pieces = fold(text), 0, list[str]()
        for match in _STARTS.finditer(text):
            at = match.start()
            lengths = self._lengths.get(folded[at : at + _PREFIX])
            if lengths is None or at < done:
                continue
            hit = self._needle_at(text, folded, at, lengths)
            if hit is not None:
                pieces += (text[done:at], hit[1])
                done = at + hit[0]
        without_names = "".join((*pieces, text[done:]))
        if not self._tails:
            return without_names
        return _PHONE.sub(lambda match: self._phone(match) or match.group(0), without_names)

    def _needle_at(self, text: str, folded: str, at: int, lengths: set[int]) -> tuple[int, str] | None:
        """Length and replacement of the longest needle that stands here as a word of its own."""
        for length in sorted(lengths, reverse=True):
            end = at + length
            exact, neutral = self._needles.get(folded[at:end], ("", None))
            if neutral is None or end > len(text) or (exact and text[at:end] != exact):
                continue
            if end == len(text) or not (text[end - 1].isalnum() and text[end].isalnum()):
                return length, neutral
        return None

    def _phone(self, match: re.Match[str]) -> str | None:
        digits = re.sub(r"\D", "", match.group(0))
        for length in range(_PHONE_TAIL, _SHORTEST_PHONE - 1, -1):
            for start in range(len(digits) - length + 1):
                neutral = self._tails.get(digits[start : start + length])
                if neutral is not None:
                    return neutral
        return None


def strict(subjects: Iterable[Subject], other_names: Iterable[str]) -> tuple[Traces, list[str]]:
    """For texts that are kept: nothing that may mean somebody else. And references of those whose name may."""
    traces, unsure = Traces(), list[str]()
    others = [f" {fold(name)} " for name in other_names]
    for subject in subjects:
        names = dict.fromkeys((subject.name, *(name for name in subject.telegram_names if " " in name.strip())))
        for name in names:
            bare = name.strip()
            if len(bare) < SHORTEST_NAME or any(f" {fold(bare)} " in other for other in others):
                if name == subject.name:
                    unsure.append(subject.reference)
                continue
            for order in _orders(bare):
                traces.add(order, subject.neutral, exact=" " not in bare)
        for username in subject.usernames:
            for spelt in (f"@{username}", f"t.me/{username}"):
                traces.add(spelt, subject.neutral)
            if re.search(r"[\d_]", username):
                traces.add(username, subject.neutral)
        for phone in subject.phones:
            traces.add_phone(phone, subject.neutral)
    return traces, unsure


def loose(subject: Subject) -> Traces:
    """For letters and updates that have served: any word of his name, his usernames, his names at Telegram."""
    traces = Traces()
    words = [word for name in (subject.name, *subject.telegram_names) for word in (name, *re.split(r"\s+", name))]
    for word in (*words, *subject.usernames):
        if len(word.strip()) >= _SHORTEST_WORD or word == subject.name:
            traces.add(word.strip(), "")
            traces.add(json.dumps(word.strip(), ensure_ascii=False)[1:-1], "")
    for phone in subject.phones:
        traces.add_phone(phone, "")
    return traces


def fold(text: str) -> str:
    """Without case, as long as the text itself."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return lowered.replace("ё", "е")


def _orders(name: str) -> Iterator[str]:
    """Given name first, or family name first."""
    words = name.split()
    yield from dict.fromkeys(
        " ".join(order) for order in (words, words[::-1], [*words[1:], *words[:1]], [words[-1], *words[:-1]])
    )
    yield name


def _spellings(text: str) -> Iterator[str]:
    apostrophes = [text]
    if any(sign in text for sign in _APOSTROPHES):
        apostrophes += [re.sub(f"[{_APOSTROPHES}]", sign, text) for sign in _APOSTROPHES]
    for written in apostrophes:
        composed = unicodedata.normalize("NFC", written)
        for plain in (written, composed, unicodedata.normalize("NFD", written)):
            yield from (plain, html.escape(plain, quote=False), html.escape(plain))
