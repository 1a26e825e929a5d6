"""Papers: invitations as badges to print and as a table, and what is said along with them."""

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.message import Button, Message
from domain.people_button import ShowBoard
from texts.tongue import Html, Tongue

SLIPS_A_PAGE = 8
"""Two columns of four."""


@dataclass(frozen=True, slots=True)
class Slip:
    """One person's invitation. `language` is the one he is spoken to in, `link` lets one account in as him."""

    reference: str
    name: str
    team: str
    delegation: str
    language: str
    link: str


@dataclass(frozen=True, slots=True)
class BadgeWords:
    """What a badge says to its owner, in one language. Plain text."""

    scan: str
    answer: str
    valid: str


@dataclass(frozen=True, slots=True)
class InvitationSheet:
    """Everything that a sheet of invitations says, as plain facts that may travel to another process."""

    mission: str
    title: str
    language: str
    columns: tuple[str, ...]
    """Headers of the table."""
    expires: str
    """When the links end, on the mission's clock, for the table."""
    words: Mapping[str, BadgeWords]
    """By language."""
    slips: tuple[Slip, ...]


def invitation_sheet(
    t: Tongue, tongues: Iterable[Tongue], mission: str, slips: Sequence[Slip], expires_at: datetime, zone: ZoneInfo
) -> InvitationSheet:
    """The sheet for a coordinator who reads `t`; each badge speaks to its owner in his own of `tongues`."""
    day = expires_at.astimezone(zone).date()
    words = {
        tongue.language: BadgeWords(
            tongue.label("Scan the code with your phone, or type the link."),
            tongue.label("Press Start and answer “{yes}”.", yes=tongue.label("Yes, that is me")),
            tongue.label("Valid until {day}", day=tongue.short_day(day)),
        )
        for tongue in tongues
    }
    columns = (
        t.label("Reference"),
        t.label("Name"),
        t.label("Team"),
        t.label("Delegation"),
        t.label("Language"),
        t.label("Link"),
        t.label("Expires"),
    )
    expires = expires_at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    return InvitationSheet(mission, t.label("Invitations"), t.language, columns, expires, words, tuple(slips))


def badge_page(sheet: InvitationSheet, codes: Sequence[str]) -> str:
    """The badges as one HTML page that needs nothing but itself; `codes` are the slips' QR codes as data URIs."""
    badges = [_badge(sheet, slip, code) for slip, code in zip(sheet.slips, codes, strict=True)]
    pages = [badges[start : start + SLIPS_A_PAGE] for start in range(0, len(badges), SLIPS_A_PAGE)]
    body = "\n".join('<section class="page">\n' + "\n".join(page) + "\n</section>" for page in pages)
    return _PAGE.format(
        language=_attribute(sheet.language), title=_text(f"{sheet.title} – {sheet.mission}"), style=_STYLE, body=body
    )


def sheet_caption(t: Tongue, people: int, expires_at: datetime, zone: ZoneInfo, *, to_print: bool) -> Html:
    """Under the file: what it does and until when it holds."""
    lines = [
        t.count("<b>Invitations for {n} person.</b>", "<b>Invitations for {n} people.</b>", people),
        t.say("The links are new: earlier links of these people no longer work, so please use only this file."),
        t.say(
            "They work until {day}, {time}. Each lets one phone in, so give everybody only his own.",
            day=t.day(expires_at.astimezone(zone).date()),
            time=t.time(expires_at, zone),
        ),
    ]
    if to_print:
        lines.append(t.say("Open the file in a browser and print it on A4: eight badges a page, cut along the lines."))
    return Html("\n".join(lines))


def nobody_left(t: Tongue) -> Message:
    """Between the tap and the sending everybody came aboard (or the list became empty for another reason)."""
    return Message(
        t.say("There is nobody left to invite, so I made no file."),
        buttons=((Button(t.label("Who is aboard"), ShowBoard()),),),
    )


def not_made(t: Tongue) -> Message:
    """The file could not be made, several times over."""
    return Message(t.say("I could not make the file you asked for. The operator finds the reason in the log."))


def output_needed(t: Tongue, form: str) -> str:
    """The command line: this format is no text for a terminal."""
    return t.label("--format {form} needs --output FILE.", form=form)


def output_exists(t: Tongue, path: str) -> str:
    """The command line: never over another file."""
    return t.label("{path} exists already and is left as it is. Name another file.", path=path)


def output_written(t: Tongue, people: int, path: str, expires: str) -> str:
    """The command line: where the links are, and that they are secrets."""
    return t.label(
        "{people} invitations written to {path}; they work until {expires}. Keep the file to yourself.",
        people=people,
        path=path,
        expires=expires,
    )


def _badge(sheet: InvitationSheet, slip: Slip, code: str) -> str:
    words = sheet.words[slip.language]
    about = f'<p class="about" dir="auto">{_text(slip.team)}</p>' if slip.team else ""
    if slip.delegation:
        about += f'<p class="about" dir="auto">{_text(slip.delegation)}</p>'
    return (
        '<article class="slip"><header>'
        f'<span class="mission" dir="auto">{_text(sheet.mission)}</span>'
        f'<span class="reference" dir="auto">{_text(slip.reference)}</span></header>'
        f'<div class="middle"><div class="who"><h1 class="{_size(slip.name)}" dir="auto">{_text(slip.name)}</h1>'
        f'{about}</div><img alt="QR" src="{_attribute(code)}"></div>'
        f'<footer lang="{_attribute(slip.language)}">'
        f'<p dir="auto">1. {_text(words.scan)}</p><p dir="auto">2. {_text(words.answer)}</p>'
        f'<p class="link" dir="ltr">{_text(slip.link)}</p><p class="valid" dir="auto">{_text(words.valid)}</p>'
        "</footer></article>"
    )


def _size(name: str) -> str:
    """Long names are set smaller; past that they are cut, never the badge."""
    if len(name) <= 40:
        return "short"
    return "long" if len(name) <= 100 else "longest"


def _text(text: str) -> str:
    return html.escape(text, quote=False)


def _attribute(text: str) -> str:
    return html.escape(text, quote=True)


_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
{body}
</body>
</html>
"""

_STYLE = """
@page { size: A4 portrait; margin: 8mm; }
* { box-sizing: border-box; margin: 0; padding: 0; }
html { background: #fff; color: #000; font-family: system-ui, "Noto Sans", Arial, sans-serif;
  -webkit-print-color-adjust: exact; print-color-adjust: exact; }
.page { display: grid; grid-template-columns: 97mm 97mm; grid-auto-rows: 70mm; width: 194mm;
  break-after: page; break-inside: avoid; }
.page:last-child { break-after: auto; }
.slip { width: 97mm; height: 70mm; padding: 4mm; overflow: hidden; break-inside: avoid;
  display: flex; flex-direction: column; border: 0.2mm dashed #888; margin: 0 -0.2mm -0.2mm 0; }
header { display: flex; justify-content: space-between; gap: 3mm; font-size: 8pt; line-height: 1.25; color: #333;
  flex: none; }
.mission { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.reference { flex: none; max-width: 30mm; overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
  font-weight: 600; }
.middle { display: flex; justify-content: space-between; gap: 3mm; flex: 1 1 0; min-height: 0; padding-top: 1.5mm; }
.who { flex: 1 1 0; min-width: 0; overflow: hidden; }
.who h1 { line-height: 1.2; overflow: hidden; overflow-wrap: anywhere; display: -webkit-box;
  -webkit-box-orient: vertical; margin-bottom: 1.5mm; }
h1.short { font-size: 14pt; -webkit-line-clamp: 4; }
h1.long { font-size: 10pt; -webkit-line-clamp: 6; }
h1.longest { font-size: 7.5pt; -webkit-line-clamp: 8; }
.about { font-size: 9pt; line-height: 1.25; overflow: hidden; overflow-wrap: anywhere; display: -webkit-box;
  -webkit-box-orient: vertical; -webkit-line-clamp: 2; }
img { flex: none; width: 37mm; height: 37mm; image-rendering: pixelated; }
footer { flex: none; font-size: 8pt; line-height: 1.3; padding-top: 1mm; }
.link { font: 6.5pt/1.3 ui-monospace, "DejaVu Sans Mono", Consolas, monospace; word-break: break-all;
  text-align: left; padding-top: 0.8mm; }
.valid { font-size: 6.5pt; color: #333; }
@media screen { body { padding: 8mm; } .page { margin-bottom: 8mm; } }
"""
