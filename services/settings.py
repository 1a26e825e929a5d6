"""What a person chooses for himself: language, clock, reminders, quiet hours. One tap, or typed."""

import re
from dataclasses import replace
from datetime import time

from domain.faults import is_zone
from domain.people_button import Setting
from domain.person import Person
from domain.step import SettingsStep
from services import menus
from services.desk import Desk, Said, show, tell, tongue_of
from services.enrolment import likely_zones
from storage import people
from texts import settings as words
from texts.zones import find_zones

NONE = "off"
"""A choice's value for "no reminders" and "no quiet hours"."""
LONGEST_LEAD = 1440
MOST_REMINDERS = 4
LONGEST_ANSWER = 100
"""Characters of minutes or times that are read at all."""
_MINUTES = re.compile(r"\s*\d{1,6}(?:\s*[,;\s]\s*\d{1,6}){0,20}\s*")
_HOURS = re.compile(r"\s*(\d{1,2})(?:[:.]?(\d{2}))?\s*[-–—]\s*(\d{1,2})(?:[:.]?(\d{2}))?\s*")


class BadChoiceError(ValueError):
    """What was chosen cannot be; `fault` says why."""

    def __init__(self, fault: words.Fault) -> None:
        super().__init__(fault)
        self.fault = fault


def show_all(desk: Desk, said: Said, person: Person) -> None:
    """/settings, and back from the choices."""
    chosen = people.read_settings(desk.db, person.person_id)
    show(desk, said, words.panel(tongue_of(desk, person), person, chosen, desk.now))


def change(desk: Desk, said: Said, person: Person, setting: Setting, value: str) -> SettingsStep | None:
    """A choice was tapped (an empty value shows the choices); the question that is open afterwards."""
    if not value:
        return _ask(desk, said, person, setting)
    try:
        _set(desk, said, person, setting, value)
    except BadChoiceError as error:
        return _ask(desk, said, person, setting, error.fault, value)
    return None


def give(desk: Desk, said: Said, person: Person, step: SettingsStep, text: str) -> SettingsStep | None:
    """An answer was typed; what cannot be taken is told, and the question stays open."""
    setting = _SETTING_OF[step]
    if setting is Setting.ZONE and not is_zone(text):
        found = find_zones(desk.mission.languages, text)
        if len(found) > 1:
            show(desk, said, words.which_zone(tongue_of(desk, person), found, desk.now))
            return SettingsStep.ZONE
        text = found[0] if found else text
    return change(desk, said, person, setting, text or " ")


def parse_minutes(text: str) -> tuple[int, ...]:
    """ "90, 30" or NONE as minutes, the longest first; raises BadChoiceError."""
    if text.strip().casefold() in {NONE, "0"}:
        return ()
    if len(text) > LONGEST_ANSWER or not _MINUTES.fullmatch(text):
        raise BadChoiceError(words.Fault.NO_MINUTES)
    minutes = sorted({int(number) for number in re.findall(r"\d+", text)}, reverse=True)
    if minutes[0] > LONGEST_LEAD or minutes[-1] < 1:
        raise BadChoiceError(words.Fault.MINUTES_OUT_OF_RANGE)
    if len(minutes) > MOST_REMINDERS:
        raise BadChoiceError(words.Fault.TOO_MANY_REMINDERS)
    return tuple(minutes)


def parse_hours(text: str) -> tuple[time, time] | None:
    """ "22:30-07:15", "2230-0715", "22-7" or NONE as (from, until); raises BadChoiceError."""
    if text.strip().casefold() == NONE:
        return None
    match = _HOURS.fullmatch(text) if len(text) <= LONGEST_ANSWER else None
    if match is None:
        raise BadChoiceError(words.Fault.NO_TIMES)
    hour, minute, until_hour, until_minute = (int(part or 0) for part in match.groups())
    try:
        since, until = time(hour, minute), time(until_hour, until_minute)
    except ValueError:
        raise BadChoiceError(words.Fault.NO_TIMES) from None
    if since == until:
        raise BadChoiceError(words.Fault.EQUAL_TIMES)
    return since, until


def _ask(
    desk: Desk,
    said: Said,
    person: Person,
    setting: Setting,
    fault: words.Fault | None = None,
    given: str = "",
) -> SettingsStep | None:
    """The choices of one setting, and what was wrong with the last answer."""
    t = tongue_of(desk, person)
    match setting:
        case Setting.LANGUAGE:
            message = words.which_language(t, desk.mission.languages)
        case Setting.ZONE:
            message = words.which_zone(t, likely_zones(desk), desk.now)
        case Setting.REMINDERS:
            message = words.which_reminders(t)
        case Setting.QUIET:
            message = words.which_hours(t)
    show(desk, said, words.with_fault(t, message, fault, given) if fault else message)
    return _STEP_OF.get(setting)


def _set(desk: Desk, said: Said, person: Person, setting: Setting, value: str) -> None:
    """Write it and show how all settings stand; raises BadChoiceError."""
    match setting:
        case Setting.LANGUAGE:
            _set_language(desk, said, person, value)
            return
        case Setting.ZONE:
            if not is_zone(value):
                raise BadChoiceError(words.Fault.NO_ZONE)
            people.choose_time_zone(desk.db, person.person_id, value)
        case Setting.REMINDERS:
            people.choose_reminders(desk.db, person.person_id, parse_minutes(value))
        case Setting.QUIET:
            people.choose_quiet_hours(desk.db, person.person_id, parse_hours(value))
    show_all(desk, said, people.read(desk.db, person.person_id))


def _set_language(desk: Desk, said: Said, person: Person, language: str) -> None:
    """The keyboard below the text field only changes with a message of its own; the settings follow below it."""
    if language not in desk.mission.languages:
        raise BadChoiceError(words.Fault.NO_LANGUAGE)
    people.choose_language(desk.db, person.person_id, language)
    person = people.read(desk.db, person.person_id)
    menus.offer(desk, person)
    tell(desk, said.chat_id, words.language_changed(tongue_of(desk, person)))
    show_all(desk, replace(said, tapped=False), person)


_STEP_OF = {
    Setting.ZONE: SettingsStep.ZONE,
    Setting.REMINDERS: SettingsStep.REMINDERS,
    Setting.QUIET: SettingsStep.QUIET,
}
_SETTING_OF = {step: setting for setting, step in _STEP_OF.items()}
