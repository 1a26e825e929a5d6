"""A time as people type it: "15:30", "+30", "завтра в 10", "in 2 hours", "25 ноября в 18.30", "ертең 10:00".

The clock time is always read here, exactly or not at all; `dateparser` only translates words for days, months and
durations, in the mission's languages. It is quick to guess ("завтра в 10" is tomorrow at this very hour to it, and
"15h" is in 15 hours), and a guess moves people to the wrong hour. What can be read two ways is not understood.

The first call in a language takes 0.2 s, further ones some milliseconds, the longest text no more: fine in a thread,
and in several at once.
"""

import re
import unicodedata
from calendar import isleap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.faults import tidy
from domain.when import NotUnderstood, Understood, WhenFault

LONGEST_TEXT = 60
FARTHEST = timedelta(days=366)
"""A meeting is not planned farther ahead in chat; a file may."""
_LOOK_BACK = timedelta(days=65)
"""A day without a year that was so lately means that one, not the same day next year."""


@dataclass
class _Refused(Exception):  # noqa: N818  named for what happened
    code: WhenFault


@dataclass(frozen=True, slots=True)
class _Here:
    """Where and when something was typed. `today` and `day` are days of the place, `since` and `now` whole minutes."""

    zone: ZoneInfo
    now: datetime
    day: date
    since: datetime | None
    languages: tuple[str, ...]

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()


def understand(
    text: str, *, place_zone: str, now: datetime, day: date, languages: Sequence[str], since: datetime | None = None
) -> Understood | NotUnderstood:
    """What was meant by `text`, or why that cannot be known.

    `day` is meant when none is named (the meeting's own, as the place counts days). `since` is the meeting's present
    start: "+15" counts from it, and a day without a time keeps its time of day; without it "+15" counts from now and a
    day alone is not understood. "In 2 hours" always counts from now. `languages` are the mission's (ISO 639-1); English
    is understood too. A time of the present minute is not past.
    """
    from dateparser.data.languages_info import language_order  # noqa: PLC0415 - not before somebody writes a time

    known = tuple(dict.fromkeys(code for code in (*languages, "en") if code in language_order))
    here = _Here(ZoneInfo(place_zone), _whole(now), day, _whole(since) if since else None, known)
    try:
        return _read(_plain(text), here)
    except _Refused as refused:
        return NotUnderstood(refused.code)


def _whole(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(second=0, microsecond=0)


def _plain(text: str) -> str:
    """Lower case, ASCII digits and signs; refused when too long or with other digits, whose order nobody here knows."""
    if len(text) > LONGEST_TEXT:
        raise _Refused(WhenFault.NOT_A_TIME)
    plain = tidy(unicodedata.normalize("NFKC", text)).casefold().replace("ё", "е").replace("\N{MINUS SIGN}", "-")
    if len(plain) > LONGEST_TEXT or any(c.isdigit() and not c.isascii() for c in plain):
        raise _Refused(WhenFault.NOT_A_TIME)
    return " ".join(re.sub(r"(?<=[^\W\d]),|,(?= )", " ", plain).strip(" .,!").split())


def _read(text: str, here: _Here) -> Understood | NotUnderstood:
    """The grammar, its surest readings first."""
    if (shift := _shift(text)) is not None:
        return _judged([(here.since or here.now) + shift], here)
    if clock := _only_clock(text):
        return _at(here.day, clock, here)
    faulty: WhenFault | None = None
    for clock_text, rest in _splits(text):
        try:
            if day := _day(rest, here):
                return _at(day, _clock_of(clock_text), here)
        except _Refused as refused:
            faulty = faulty or refused.code
    if faulty:
        raise _Refused(faulty)
    if moment := _duration(text, here):
        return _judged([moment], here)
    if (day := _day(text, here)) and here.since:
        return _at(day, here.since.astimezone(here.zone).time(), here)
    raise _Refused(WhenFault.NOT_A_TIME)


def _at(day: date, clock: time, here: _Here) -> Understood | NotUnderstood:
    """The moment when the clocks of the place show this. Where they show it twice or never, nobody guesses."""
    if abs((day - here.today).days) > 2 * FARTHEST.days:
        return NotUnderstood(WhenFault.TOO_FAR if day > here.today else WhenFault.PAST)
    local = datetime.combine(day, clock.replace(second=0, microsecond=0, fold=0), tzinfo=here.zone)
    first, second = local.utcoffset(), local.replace(fold=1).utcoffset()
    if first is not None and second is not None and first < second:
        return NotUnderstood(WhenFault.NONEXISTENT)
    folds = (0, 1) if first != second else (0,)
    return _judged([local.replace(fold=fold).astimezone(UTC) for fold in folds], here)


def _judged(moments: Sequence[datetime], here: _Here) -> Understood | NotUnderstood:
    """The only one of the moments that is not past, else why there is none."""
    ahead = tuple(moment for moment in moments if moment >= here.now)
    if not ahead:
        return NotUnderstood(WhenFault.PAST, tuple(moments[-1:]))
    if ahead[0] > here.now + FARTHEST:
        return NotUnderstood(WhenFault.TOO_FAR)
    if len(ahead) > 1:
        return NotUnderstood(WhenFault.AMBIGUOUS, ahead)
    local = ahead[0].astimezone(here.zone)
    return Understood(ahead[0], local.date(), local.time())


# ---- "+15", "+1:30", "+1h", "-10 мин"

_SHIFT = re.compile(
    r"([+-]) ?(?:([0-9]{1,2}):([0-5][0-9])"
    r"|(?:([0-9]{1,2}) ?(?:h|hr|hrs|hours?|ч|час|часа|часов|сағ|сағат))? ?"
    r"(?:([0-9]{1,3}) ?(?:m|min|mins|minutes?|м|мин|минут|минуты|минуту)?)?)"
)


def _shift(text: str) -> timedelta | None:
    """Minutes, or hours and minutes, with a sign."""
    match = _SHIFT.fullmatch(text)
    if not match or not any(match.groups()[1:]):
        return None
    sign, *parts = match.groups()
    hours, minutes, more_hours, more_minutes = (int(part or 0) for part in parts)
    span = timedelta(hours=hours + more_hours, minutes=minutes + more_minutes)
    return span if sign == "+" else -span


# ---- The clock

_AM = r"am|a\.m|утра|таңертең|таңғы"
_PM = r"pm|p\.m|дня|вечера|түстен кейін|кешкі|кешке"
_NIGHT = r"ночи|түнгі"
_PART = rf"{_AM}|{_PM}|{_NIGHT}"
_NOON = r"noon|midday|полдень|талтүс"
_CLOCK = re.compile(
    rf"(?P<at>at |@ ?|в |во |к |на |около |сағат |(?:{_PART}) (?:сағат )?)?"
    rf"(?:(?P<noon>{_NOON})"
    r"|(?P<hour>[0-9]{1,2})(?:(?P<sign>[:.]| ?(?:h|ч|час|часа|часов|сағат)\.? ?| )(?P<minute>[0-9]{2})"
    r"(?: ?(?:мин|минут|min|м|минутта))?)?"
    r"|(?P<packed>[0-9]{3,4}))"
    r"(?P<hours> ?(?:час|часа|часов|ч|сағатта|сағат|o'clock|oclock))?"
    rf"(?: ?(?P<part>{_PART})\.?)?"
    r"(?:[- ]?(?:да|де|та|те|ға|ге|қа|ке))?"
)


def _only_clock(text: str) -> time | None:
    """The clock when there is nothing else. "2 часа" and "15 h" are left alone: at two, or for two hours?"""
    match = _CLOCK.fullmatch(text)
    if not match or (match["hours"] and not match["at"] and not match["part"]):
        return None
    return _clock_of(text)


def _clock_of(text: str) -> time:
    """The time of a text; refused when no clock shows it."""
    if not (match := _CLOCK.fullmatch(text)):
        raise _Refused(WhenFault.NOT_A_TIME)
    if match["noon"]:
        return time(12)
    digits = match["packed"] or f"{match['hour']}{match['minute'] or '00'}"
    hour, minute = int(digits[:-2]), int(digits[-2:])
    if hour > 23 or minute > 59:
        raise _Refused(WhenFault.NO_SUCH_TIME)
    part = match["part"] or (match["at"] or "").removesuffix("сағат ").strip()
    return time(_in_the_day(hour, part), minute)


def _in_the_day(hour: int, part: str) -> int:
    """The hour of 24 that is meant by one of 12. "15 pm" is 15, "15 am" and "12 in the evening" are nothing."""
    if re.fullmatch(_AM, part):
        hour = 0 if hour == 12 else hour
        if hour > 12:
            raise _Refused(WhenFault.NO_SUCH_TIME)
    elif re.fullmatch(_PM, part):
        if hour == 0 or (hour == 12 and part not in {"pm", "p.m", "дня", "түстен кейін"}):
            raise _Refused(WhenFault.NO_SUCH_TIME)
        hour = hour + 12 if hour < 12 else hour
    elif re.fullmatch(_NIGHT, part):
        hour = 0 if hour == 12 else hour + 12 if 9 <= hour < 12 else hour
        if 5 <= hour < 21:
            raise _Refused(WhenFault.NO_SUCH_TIME)
    return hour


def _splits(text: str) -> Iterator[tuple[str, str]]:
    """Clock and day, for every way to part the text at a space (or at the T of ISO 8601) that leaves a sure clock.

    "9" is a clock beside words only ("tomorrow 9"), never beside a month or another number ("June 9", "9 10.06").
    """
    text = re.sub(r"(?<=[0-9])t(?=[0-9]{2}:)", " ", text)
    spaces = [place for place, letter in enumerate(text) if letter == " "]
    parts = [(text[p + 1 :], text[:p]) for p in spaces] + [(text[:p], text[p + 1 :]) for p in reversed(spaces)]
    found = [(clock, rest, match) for clock, rest in parts if (match := _CLOCK.fullmatch(clock))]
    found.sort(key=lambda each: _doubt(each[2]))
    for clock, rest, match in found:
        if _doubt(match) < 3 or not re.search("[0-9]", rest):
            yield clock, rest


def _doubt(match: re.Match[str]) -> int:
    """How little it looks like a clock: 15:30 or 3 pm, then "в 15", then 15.30, then 15."""
    if (match["sign"] == ":") or match["part"] or match["noon"]:
        return 0
    if match["at"] or match["hours"]:
        return 1
    return 2 if match["minute"] else 3


# ---- The day

_DAYS = {
    **dict.fromkeys(("today", "сегодня", "бүгін", "бугин"), 0),
    **dict.fromkeys(("tomorrow", "завтра", "ертең", "ертен"), 1),
    **dict.fromkeys(("day after tomorrow", "the day after tomorrow", "послезавтра", "бүрсігүні", "арғы күні"), 2),
    **dict.fromkeys(("yesterday", "вчера", "кеше"), -1),
}
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_DOTTED_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})(?:\.([0-9]{4}|[0-9]{2}))?\.?")
_SLASHED_DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})(?:/([0-9]{4}|[0-9]{2}))?")
_NUMBER = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th|-?го|-?е|-?ое|-?ші|-?шы|\.)?"
_YEAR = r"(?: (?P<year>[0-9]{4})(?: (?:г|год|года|жылы|жыл)\.?)?)?"
_DAY_MONTH = re.compile(rf"(?:the )?{_NUMBER} (?:of )?(?P<month>[^\W\d]+)\.?{_YEAR}")
_MONTH_DAY = re.compile(rf"(?P<month>[^\W\d]+)\.? (?:the )?{_NUMBER}{_YEAR}")
_YEAR_DAY_MONTH = re.compile(rf"(?P<year>[0-9]{{4}}) (?:жылы |жылғы |ж\. )?{_NUMBER} (?P<month>[^\W\d]+)")


def _day(text: str, here: _Here) -> date | None:
    """The day that is named, None if it is none; refused when the calendar has no such day."""
    text = re.sub(r"^(?:on|во?|на) ", "", text)
    if text in _DAYS:
        return here.today + timedelta(days=_DAYS[text])
    if match := _ISO_DAY.fullmatch(text):
        return _dated(int(match[3]), int(match[2]), match[1], here)
    if match := _DOTTED_DAY.fullmatch(text):
        return _dated(int(match[1]), int(match[2]), match[3], here)
    if match := _SLASHED_DAY.fullmatch(text):
        return _slashed(match, here)
    for pattern in (_DAY_MONTH, _MONTH_DAY, _YEAR_DAY_MONTH):
        match = pattern.fullmatch(text)
        if match and (month := _month(match["month"], here)):
            return _dated(int(match["day"]), month, match["year"], here)
    return _weekday_or_distance(text, here)


def _slashed(match: re.Match[str], here: _Here) -> date:
    """8/6 is June here and August there; 8/16 and 16/8 are one day."""
    month, day = sorted((int(match[1]), int(match[2])))
    if month != day and day <= 12:
        raise _Refused(WhenFault.NOT_A_TIME)
    return _dated(day, month, match[3], here)


def _dated(day: int, month: int, year: str | None, here: _Here) -> date:
    """Without a year the next such day, or the one that was lately; a year of two digits is of this century."""
    if year is not None:
        return _date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    _date(2000, month, day)  # a leap year: what does not exist then never does
    today = here.today
    years = (today.year - 1, today.year, today.year + 1)
    days = [date(near, month, day) for near in years if (month, day) != (2, 29) or isleap(near)]
    found = next((each for each in days if each > today - _LOOK_BACK), None)
    if found is None:
        raise _Refused(WhenFault.NO_SUCH_DAY)
    return found


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise _Refused(WhenFault.NO_SUCH_DAY) from None


# ---- What dateparser translates


def _parsed(text: str, parser: str, base: datetime, here: _Here, prefer: str = "future") -> tuple[datetime, set[str]]:
    """A naive moment and the parts that the text tells; refused when there is none, or with a zone of its own.

    `parts` came with dateparser 1.5; its stubs do not know it yet.
    """
    from dateparser.date import DateDataParser  # noqa: PLC0415

    settings = {
        "TIMEZONE": "UTC",
        "PREFER_DATES_FROM": prefer,
        "RELATIVE_BASE": base.replace(tzinfo=None),
        "RETURN_TIME_AS_PERIOD": True,
        "PARSERS": [parser],
    }
    try:
        reader = DateDataParser(languages=list(here.languages), settings=settings, use_given_order=True)
        answer = reader.get_date_data(text)
    except Exception as error:  # a library that reads anything trips over whatever it may be; it means the same
        raise _Refused(WhenFault.NOT_A_TIME) from error
    if answer.date_obj is None or answer.date_obj.tzinfo is not None:
        raise _Refused(WhenFault.NOT_A_TIME)
    return answer.date_obj, {*getattr(answer, "parts", ()), f"period {answer.period}"}


def _month(word: str, here: _Here) -> int | None:
    for each in (word, re.sub(r"(?:да|де|та|те|ның|нің|дың|дің|тың|тің)$", "", word)):
        try:
            found, parts = _parsed(f"1 {each}", "absolute-time", here.now, here)
        except _Refused:
            continue
        if {"month", "day"} <= parts and found.day == 1:
            return found.month
    return None


def _weekday_or_distance(text: str, here: _Here) -> date | None:
    """ "Monday", "через 2 дня". A weekday is the next one; today's own name is today."""
    noon = datetime.combine(here.today, time(12))
    readers = ("relative-time",) if re.search("[0-9]", text) else ("relative-time", "absolute-time")
    for reader in readers:
        try:
            found, parts = _parsed(text, reader, noon, here)
            other, _ = _parsed(text, reader, noon, here, "past")
        except _Refused:
            continue
        if "time" in parts or not parts & {"period day", "period week"}:
            continue
        if reader == "relative-time":
            return found.date() if found == other else None
        return here.today if (found - other).days == 14 else found.date()
    return None


def _duration(text: str, here: _Here) -> datetime | None:
    """The moment that is so long from now, counted in real hours whatever the clocks do.

    "2 hours" alone is ahead or behind as one likes, and not understood.
    """
    text = text.replace(" соң", " кейін")
    text = "in 30 minutes" if text in {"in half an hour", "in a half hour", "жарты сағаттан кейін"} else text
    try:
        found, parts = _parsed(text, "relative-time", here.now, here)
        other, _ = _parsed(text, "relative-time", here.now, here, "past")
    except _Refused:
        return None
    if found != other or "time" not in parts:
        return None
    return _whole(found.replace(tzinfo=UTC))
