"""What an author is told while he writes an announcement, and how a copy looks."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.announcement import (
    ALBUM_LIMIT,
    CAPTION_LIMIT,
    Announcement,
    Content,
    Fault,
    Kind,
    Reach,
    Repeat,
    seconds_for,
)
from domain.announcement_button import (
    ConfirmReading,
    DraftAct,
    EditDraft,
    ListAnnouncements,
    Option,
    SendAct,
    SendAnnouncement,
)
from domain.message import TEXT_LIMIT, Button, Message
from texts.enrolment import language_name
from texts.split import shorten
from texts.tongue import Html, Tongue

_TITLE = 60
_LONGEST_LISTED = 300


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as its author sees it. `contents` by language, '' is the original; `audience` is already in words."""

    announcement: Announcement
    contents: dict[str, Content]
    audience: tuple[str, ...]
    reach: Reach
    zone: ZoneInfo
    languages: tuple[str, ...] = field(default=())
    """Languages of its readers."""
    quiet_until: datetime | None = None
    """Until when it waits in groups, if it goes out in their quiet hours and is not urgent."""


def title(t: Tongue, content: Content | None) -> str:
    """A few words by which an announcement is known."""
    if content is None:
        return t.label("no text yet")
    words = " ".join(content.words.text.split())
    return shorten(words, _TITLE) if words else kind_word(t, content)


def kind_word(t: Tongue, content: Content) -> str:
    """What it is, if it has no words."""
    if content.is_album:
        return t.label("an album")
    match content.pieces[0].kind:
        case Kind.PHOTO:
            return t.label("a photo")
        case Kind.VIDEO:
            return t.label("a video")
        case Kind.DOCUMENT:
            return t.label("a document")
        case _:
            return t.label("a place")


def ask_content(t: Tongue, announcement_id: int, fault: Html | None = None) -> Message:
    """The first question."""
    text = t.say(
        "Send me what you want to announce: a text with any formatting, a photo, a video, a document, a place or an "
        "album. Nothing is sent before you have seen a preview."
    )
    buttons = (
        (Button(t.label("Sent and scheduled"), ListAnnouncements()),),
        (Button(t.label("Discard"), EditDraft(announcement_id, DraftAct.DISCARD)),),
    )
    return Message(f"{fault}\n\n{text}" if fault else text, buttons=buttons)


def ask_version(t: Tongue, announcement_id: int, language: str, fault: Html | None = None) -> Message:
    """The text of one language."""
    text = t.say("Send me the announcement in this language: <b>{language}</b>.", language=language_name(language))
    back = (Button(t.label("Back"), EditDraft(announcement_id, DraftAct.LANGUAGES)),)
    return Message(f"{fault}\n\n{text}" if fault else text, buttons=(back,))


def fault(t: Tongue, why: Fault, found: int = 0) -> Html:
    """Why it cannot be announced."""
    sentences = {
        Fault.NOT_THIS_KIND: t.say(
            "This cannot be announced: I take a text, a photo, a video, a document, a place or an album."
        ),
        Fault.TOO_LONG: t.say(
            "This is too long for one message: {found} characters of at most {limit}. "
            "Please shorten it, or send it as a document.",
            found=found,
            limit=TEXT_LIMIT,
        ),
        Fault.CAPTION_TOO_LONG: t.say(
            "The text under it is too long: {found} characters of at most {limit}.", found=found, limit=CAPTION_LIMIT
        ),
        Fault.MIXED_ALBUM: t.say(
            "An album is either of photos and videos, or of documents. Please send it again, sorted."
        ),
        Fault.ALBUM_TOO_LARGE: t.say("An album has at most {limit} parts.", limit=ALBUM_LIMIT),
        Fault.EMPTY: t.say("There is no text in it."),
        Fault.OTHER_KIND: t.say(
            "A correction must be of the same kind as what was sent: a text for a text, a photo for a photo."
        ),
        Fault.NOT_CORRECTABLE: t.say("A place cannot be corrected. You can withdraw it and announce another."),
        Fault.NO_TIME: t.say("I cannot read that as a time. Write it like this: 18:30 or 2019-06-08 18:30."),
        Fault.PAST: t.say("That time is over."),
    }
    return sentences[why]


def draft_card(t: Tongue, draft: Draft, note: Html | None = None) -> Message:
    """The draft and everything that can be changed."""
    a = draft.announcement
    original = draft.contents.get("")
    lines: list[str] = [] if note is None else [note, ""]
    lines.append(t.say("<b>Draft announcement</b>"))
    lines.append(t.say("“{title}”", title=title(t, original)))
    lines.append(audience_line(t, draft.audience))
    if draft.audience:
        lines.append(reach_line(t, draft.reach))
    extra = [language_name(language) for language in draft.contents if language]
    if extra:
        lines.append(t.say("Versions: {languages}", languages=", ".join(extra)))
    if a.options:
        lines.append(
            t.say("Options: {options}", options=", ".join(option_word(t, one) for one in _in_order(a.options)))
        )
    lines += time_lines(t, a, draft.zone)
    return Message("\n".join(lines), buttons=_draft_buttons(t, draft))


def audience_line(t: Tongue, audience: tuple[str, ...]) -> Html:
    """Whom it is for, in words."""
    if not audience:
        return t.say("For: nobody yet")
    return t.say("For: {audience}", audience=shorten(", ".join(audience), _LONGEST_LISTED))


def reach_line(t: Tongue, reach: Reach) -> Html:
    """Whom it reaches, counted."""
    text = t.say("Reaches {whom}.", whom=whom(t, reach.groups, reach.people))
    if reach.unreached:
        text = Html(
            text
            + " "
            + t.count(
                "{n} person cannot be reached: not aboard, or the bot is blocked.",
                "{n} people cannot be reached: not aboard, or the bot is blocked.",
                reach.unreached,
            )
        )
    return text


def whom(t: Tongue, groups: int, people: int) -> str:
    """34 groups and 418 people."""
    parts = []
    if groups:
        parts.append(t.count("{n} group", "{n} groups", groups))
    if people or not groups:
        parts.append(t.count("{n} person", "{n} people", people))
    if len(parts) == 1:
        return parts[0]
    return t.label("{groups} and {people}", groups=parts[0], people=parts[1])


def option_word(t: Tongue, option: Option) -> str:
    """An option's name."""
    match option:
        case Option.CONFIRM:
            return t.label("Ask to confirm reading")
        case Option.PIN:
            return t.label("Pin")
        case Option.SILENT:
            return t.label("Without a sound")
        case Option.PROTECT:
            return t.label("No forwarding")
        case Option.URGENT:
            return t.label("Urgent: quiet hours do not count")


def preview_label(t: Tongue, language: str) -> Message:
    """Above a preview, if there are several."""
    return Message(t.say("Preview: <b>{language}</b>", language=language_name(language)))


def ready(t: Tongue, draft: Draft, rate: float, *, needs_second: bool) -> Message:
    """Below the previews: the one button that sends."""
    a, reach = draft.announcement, draft.reach
    number = a.announcement_id
    lines: list[str] = [t.say("This is how it will look."), audience_line(t, draft.audience), reach_line(t, reach)]
    lines += time_lines(t, a, draft.zone)
    if draft.quiet_until is not None and reach.groups:
        lines.append(
            t.say(
                "In groups it waits for the end of their quiet hours: {moment}. As urgent it goes at once.",
                moment=moment(t, draft.quiet_until, draft.zone),
            )
        )
    if not reach.copies:
        lines.append(t.say("Nobody would get it: please choose for whom it is."))
        rows: tuple[tuple[Button, ...], ...] = ()
    else:
        if needs_second:
            lines.append(t.say("It goes to everyone: another coordinator must approve it."))
        rows = ((Button(_send_label(t, draft, rate, needs_second=needs_second), _send(a)),),)
    return Message("\n".join(lines), buttons=(*rows, back(t, number)))


def ask_approval(t: Tongue, draft: Draft, author: str, rate: float) -> Message:
    """To the other coordinators."""
    a = draft.announcement
    lines = [
        t.say("<b>{name}</b> wants to announce this to everyone. It goes when you approve.", name=author),
        reach_line(t, draft.reach),
        *time_lines(t, a, draft.zone),
    ]
    approve = SendAnnouncement(a.announcement_id, SendAct.APPROVE, a.edition)
    refuse = SendAnnouncement(a.announcement_id, SendAct.REFUSE, a.edition)
    label = _send_label(t, draft, rate, needs_second=False)
    return Message("\n".join(lines), buttons=((Button(label, approve),), (Button(t.label("Do not send"), refuse),)))


def awaiting(t: Tongue, draft: Draft) -> Message:
    """To the author meanwhile."""
    title_ = title(t, draft.contents.get(""))
    back = (Button(t.label("Back to the draft"), EditDraft(draft.announcement.announcement_id)),)
    return Message(t.say("“{title}” waits for another coordinator's approval.", title=title_), buttons=(back,))


def decided(t: Tongue, name: str, what: str, *, approved: bool) -> Message:
    """Another coordinator decided."""
    if approved:
        return Message(t.say("<b>{name}</b> approved “{title}”.", name=name, title=what))
    return Message(t.say("<b>{name}</b> did not approve “{title}”: it is a draft again.", name=name, title=what))


def discarded(t: Tongue) -> Message:
    """The draft is gone."""
    return Message(
        t.say("The draft is discarded. /announce begins a new one."),
        buttons=((Button(t.label("Sent and scheduled"), ListAnnouncements()),),),
    )


def changed_meanwhile(t: Tongue) -> str:
    """A toast: the preview is of another edition."""
    return t.label("The draft has changed since. Please look at it again.")


def already_decided(t: Tongue) -> str:
    """A toast: somebody was faster."""
    return t.label("That is decided already.")


def only_a_preview(t: Tongue) -> str:
    """A toast: the button works in the sent copies."""
    return t.label("This is only a preview.")


def long_text_in_pieces(t: Tongue) -> Html:
    """Telegram cut what he wrote."""
    return t.say(
        "What you wrote came in several pieces: it is longer than one message ({limit} characters). "
        "Please shorten it, or send it as a document.",
        limit=TEXT_LIMIT,
    )


def kept_as_it_was(t: Tongue) -> Html:
    """A message while nothing was asked."""
    return t.say("I have not changed the draft. To write it anew tap [Change].")


def origin_not_shown(t: Tongue) -> Html:
    """It was a forwarded message."""
    return t.say("You forwarded this: the copies will not show where it comes from.")


def confirm_label(t: Tongue, count: int = 0) -> str:
    """The button under a copy; `count` have confirmed."""
    return t.label("I have read it · {count}", count=count) if count else t.label("I have read it")


def confirm_button(t: Tongue, announcement_id: int, count: int = 0) -> tuple[tuple[Button, ...], ...]:
    """Under a copy that asks for confirmation."""
    return ((Button(confirm_label(t, count), ConfirmReading(announcement_id)),),)


def read_button(t: Tongue, announcement_id: int) -> tuple[tuple[Button, ...], ...]:
    """In its place, once he has."""
    return ((Button(t.label("✓ You have read it"), ConfirmReading(announcement_id)),),)


def confirm_tail(t: Tongue, announcement_id: int, count: int = 0) -> Message:
    """Below an album, which has no buttons."""
    return Message(t.say("Please confirm that you have read this."), buttons=confirm_button(t, announcement_id, count))


def marked(label: str, *, chosen: bool) -> str:
    """A choice with its mark."""
    return f"✓ {label}" if chosen else label


def moment(t: Tongue, when: datetime, zone: ZoneInfo) -> str:
    """Day and time on this clock."""
    return f"{t.short_day(when.astimezone(zone).date())} {t.time(when, zone)}"


def time_lines(t: Tongue, a: Announcement, zone: ZoneInfo) -> list[str]:
    """When it goes, how often, and until when it counts."""
    lines: list[str] = []
    if a.send_at is not None:
        lines.append(t.say("Goes out: {moment}", moment=moment(t, a.send_at, zone)))
    if a.repeats is Repeat.DAILY:
        lines.append(t.say("Goes out again every day."))
    if a.repeats is Repeat.WEEKLY:
        lines.append(t.say("Goes out again every week."))
    if a.expire_at is not None:
        lines.append(t.say("Valid until: {moment}", moment=moment(t, a.expire_at, zone)))
    return lines


def _send_label(t: Tongue, draft: Draft, rate: float, *, needs_second: bool) -> str:
    readers = whom(t, draft.reach.groups, draft.reach.people)
    if needs_second:
        return t.label("Ask for approval")
    if draft.announcement.send_at is not None:
        return t.label("Schedule for {whom}", whom=readers)
    return t.label(
        "Send to {whom}, about {seconds} s", whom=readers, seconds=seconds_for(draft.reach.copies * _cost(draft), rate)
    )


def _cost(draft: Draft) -> int:
    original = draft.contents.get("")
    return len(original.pieces) if original else 1


def _send(a: Announcement) -> SendAnnouncement:
    return SendAnnouncement(a.announcement_id, SendAct.SEND, a.edition)


def _in_order(options: frozenset[Option]) -> list[Option]:
    return [option for option in Option if option in options]


def back(t: Tongue, announcement_id: int) -> tuple[Button, ...]:
    """To the draft."""
    return (Button(t.label("Back"), EditDraft(announcement_id)),)


def _draft_buttons(t: Tongue, draft: Draft) -> tuple[tuple[Button, ...], ...]:
    number = draft.announcement.announcement_id
    act = DraftAct
    rows: list[tuple[Button, ...]] = [
        (
            Button(t.label("Change"), EditDraft(number, act.CONTENT)),
            Button(t.label("For whom"), EditDraft(number, act.AUDIENCE)),
        ),
        (
            Button(t.label("Languages"), EditDraft(number, act.LANGUAGES)),
            Button(t.label("Options"), EditDraft(number, act.OPTIONS)),
        ),
        (
            Button(t.label("When"), EditDraft(number, act.TIME)),
            Button(t.label("Valid until"), EditDraft(number, act.EXPIRY)),
        ),
    ]
    if draft.contents.get("") is not None and draft.audience:
        rows.append((Button(t.label("Preview"), EditDraft(number, act.PREVIEW)),))
    rows.append((Button(t.label("Discard"), EditDraft(number, act.DISCARD)),))
    return tuple(rows)
