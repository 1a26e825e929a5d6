"""The sentences by which a person is told that what he gave is not kept, and why."""

from functools import lru_cache

from texts import answers, changing, corrections, logs, new_meetings, people, strays, uploads
from texts.new_meetings import Fault
from texts.tongue import Tongue


@lru_cache
def not_kept(t: Tongue) -> tuple[str, ...]:
    """All of them in one language."""
    faults = [new_meetings.with_fault(t, new_meetings.ask_host(t), fault, "\0").text for fault in Fault]
    return (
        answers.not_understood(t).text,
        answers.not_for_your_role(t).text,
        answers.bad_date(t, "\0").text.partition("\0")[2],
        logs.cannot_keep(t),
        logs.empty_words(t),
        changing.no_words(t),
        uploads.nobody_left(t, "\0").text.partition("\0")[2],
        corrections.words_only(t),
        corrections.gone(t).text,
        changing.no_words(t),
        people.access_ended(t).text,
        people.not_accredited(t).text,
        strays.belongs_to_none(t).text,
        t.say("I cannot keep that. I asked for your location: 📎, then “Location”."),
        t.say("I cannot keep that. I asked for the reason: please write it."),
        *(fault.partition("\0")[0].partition("\n")[0] for fault in faults),
    )
