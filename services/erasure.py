"""Forgetting: personal data goes, what the mission learned stays and still counts."""

from collections import Counter
from collections.abc import Callable

from domain import erasure as rules
from domain.erasure import Erased, Subject
from domain.person import Person
from services.desk import Desk
from storage import attachments, audit, people
from storage import erasure as shelf

Neutral = Callable[[int], str]
"""What stands in the place of the name of the person with this id."""


def forget(desk: Desk, person: Person, neutral: Neutral) -> Erased:
    """Erase one person's data in this transaction; `shelf.compact` cleans the files after it."""
    subject = shelf.find_subject(desk.db, person.person_id, neutral(person.person_id))
    strict, unsure = rules.strict([subject], shelf.list_other_names(desk.db, person.person_id))
    loose = rules.loose(subject)
    mission = desk.mission
    counts = shelf.erase_person(desk.db, subject, mission.languages[0], mission.time_zone, desk.now)
    counts.update(shelf.erase_transport(desk.db, subject, loose, strict, desk.now))
    shelf.drop_named_uploads(desk.db, loose, desk.now)
    attachments.erase_names(desk.db, person.person_id, loose)
    rewritten, refused = shelf.sweep(desk.db, strict)
    counts["texts"] = rewritten
    audit.note(desk.db, "forgotten", desk.now, None, person=person.person_id, **counts)
    return Erased(counts, unsure, _telling([subject]), refused)


def forget_mission(desk: Desk, neutral: Neutral, neutral_for_many: str) -> Erased:
    """Erase everybody's data in one pass, after the mission has ended."""
    subjects = shelf.list_subjects(desk.db, neutral)
    carried = Counter(rules.fold(subject.name.strip()) for subject in subjects)
    marks = [
        subject
        if carried[rules.fold(subject.name.strip())] == 1
        else rules.Subject(
            subject.person_id, subject.name, subject.reference, neutral_for_many,
            phones=subject.phones, usernames=subject.usernames,
        )
        for subject in subjects
    ]  # fmt: skip
    strict, unsure = rules.strict(marks, ())
    mission = desk.mission
    counts = shelf.erase_everybody(desk.db, subjects, mission.languages[0], mission.time_zone, desk.now)
    counts.update(shelf.empty_transport(desk.db, desk.now))
    attachments.erase_names(desk.db)
    rewritten, refused = shelf.sweep(desk.db, strict)
    counts["texts"] = rewritten
    counts["people"] = len(subjects)
    audit.note(desk.db, "mission_forgotten", desk.now, None, **counts)
    return Erased(counts, unsure, _telling(subjects), refused)


def is_forgotten(desk: Desk, person: Person) -> bool:
    """Whether this was done before."""
    return bool(people.list_values(desk.db)[person.reference]["forgotten"])


def _telling(subjects: list[Subject]) -> list[str]:
    """References that are no code, but a name or a number."""
    return [subject.reference for subject in subjects if rules.loose(subject).found_in(subject.reference)]
