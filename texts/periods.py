"""The week, or the whole mission, in as many messages as it takes."""

from datetime import date

from domain.day import Totals
from domain.message import TEXT_LIMIT, Message
from domain.period import PeriodReport
from texts.digest_meetings import join
from texts.digests import NUMBER_ROOM, numbered, numbers, teams_lines
from texts.logs import entry_text
from texts.programme import hours, place
from texts.split import join_blocks, shorten
from texts.tongue import Html, Tongue

LINE = 200


def period(t: Tongue, report: PeriodReport, before: Totals | None, mission: str, *, whole: bool) -> list[Message]:
    """Numbers, day by day, team by team, the meetings held, the concerns told."""
    if not report.days:
        return [Message(t.say("There were no meetings in this time."))]
    since, until = t.day(report.days[0][0]), t.day(report.days[-1][0])
    title = t.say("The mission, {since} – {until}", since=since, until=until)
    if not whole:
        title = t.say("The week, {since} – {until}", since=since, until=until)
    blocks = [
        join((f"<b>{title}</b>", t.say("{mission}", mission=mission))),
        join((f"<b>{t.say('In numbers (people count once a day)')}</b>", *numbers(t, report.totals, before))),
        join((f"<b>{t.say('Day by day')}</b>", *(_day(t, day, found) for day, found in report.days))),
    ]
    if report.teams:
        blocks.append(join((f"<b>{t.say('Team by team')}</b>", *teams_lines(t, report.teams))))
    if report.held:
        lines = [
            t.say(
                "• {day}, {hours} {host}",
                day=t.short_day(one.local_day),
                hours=hours(t, one),
                host=shorten(", ".join(filter(None, (one.host, place(one)))), LINE),
            )
            for one in report.held
        ]
        blocks.append(join((f"<b>{t.say('Meetings held')}</b>", *lines)))
    if report.concerns:
        told = [
            t.say("• {host}: {text}", host=shorten(m.host, LINE), text=entry_text(t, e)) for m, e in report.concerns
        ]
        blocks.append(join((f"<b>{t.say('Concerns told')}</b>", *told)))
    return numbered(join_blocks(blocks, limit=TEXT_LIMIT - NUMBER_ROOM), ())


def _day(t: Tongue, day: date, found: Totals) -> Html:
    return t.say(
        "• {day}: meetings {n}, held {held}, logs {logs}, people {people} of {all}",
        day=t.short_day(day),
        n=found.meetings,
        held=found.took_place,
        logs=found.logged,
        people=found.checked_in_people,
        all=found.expected_people,
    )
