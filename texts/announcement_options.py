"""The pages of a draft on which an author chooses: options, languages, when it goes and until when it counts."""

from zoneinfo import ZoneInfo

from domain.announcement import Announcement, Content, Repeat
from domain.announcement_button import DraftAct, EditDraft, Option, ToggleOption
from domain.message import Button, Message
from texts.announcements import back, marked, option_word, time_lines
from texts.enrolment import language_name
from texts.tongue import Html, Tongue


def options_page(t: Tongue, a: Announcement) -> Message:
    """Each option with its mark."""
    rows = tuple(
        (Button(marked(option_word(t, option), chosen=option in a.options), ToggleOption(a.announcement_id, option)),)
        for option in Option
    )
    return Message(t.say("<b>Options</b>\nTap to switch."), buttons=(*rows, back(t, a.announcement_id)))


def languages_page(t: Tongue, a: Announcement, contents: dict[str, Content], languages: tuple[str, ...]) -> Message:
    """A version for each language; who has none reads the original."""
    rows = tuple(
        (
            Button(
                marked(language_name(language), chosen=language in contents),
                EditDraft(a.announcement_id, DraftAct.LANGUAGES, place),
            ),
        )
        for place, language in enumerate(languages, 1)
    )
    text = t.say(
        "<b>Languages</b>\nEach reader gets the version in his language, or else the original. "
        "Tap a language to write its version; tap one that has a version to take it out."
    )
    return Message(text, buttons=(*rows, back(t, a.announcement_id)))


def ask_time(t: Tongue, a: Announcement, zone: ZoneInfo, problem: Html | None = None) -> Message:
    """When it goes."""
    lines = [problem, ""] if problem else []
    lines.append(t.say("<b>When?</b>\nWrite a time on your clock: 18:30 or 2019-06-08 18:30."))
    lines += time_lines(t, a, zone)
    number = a.announcement_id
    repeats = {
        1: (Repeat.NEVER, t.label("Once")),
        2: (Repeat.DAILY, t.label("Every day")),
        3: (Repeat.WEEKLY, t.label("Every week")),
    }
    row = tuple(
        Button(marked(label, chosen=a.repeats is repeat), EditDraft(number, DraftAct.REPEAT, place))
        for place, (repeat, label) in repeats.items()
    )
    now = (Button(marked(t.label("At once"), chosen=a.send_at is None), EditDraft(number, DraftAct.TIME, 1)),)
    return Message("\n".join(lines), buttons=(now, row, back(t, number)))


def ask_expiry(t: Tongue, a: Announcement, zone: ZoneInfo, problem: Html | None = None) -> Message:
    """Until when it counts."""
    lines = [problem, ""] if problem else []
    lines.append(
        t.say(
            "<b>Valid until?</b>\nAfter that nothing more of it is sent, and it is unpinned. "
            "Write a time on your clock: 18:30 or 2019-06-08 18:30."
        )
    )
    lines += time_lines(t, a, zone)
    number = a.announcement_id
    always = (Button(marked(t.label("No end"), chosen=a.expire_at is None), EditDraft(number, DraftAct.EXPIRY, 1)),)
    return Message("\n".join(lines), buttons=(always, back(t, number)))
