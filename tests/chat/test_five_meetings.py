"""The five meetings of 8 June 2019, logged at the same time by several observers in three languages."""

import asyncio
from pathlib import Path

from tests.chat.checking_in import receive
from tests.chat.test_the_thread import MEETINGS
from tests.house import House, Phone, figures
from texts.tongue import Tongue, Tongues

TONGUES = Tongues(("en", "ru", "kk"))


async def tell(house: House, phone: Phone, t: Tongue, number: int, part_of: tuple[int, int]) -> None:
    """One observer's share of what the chronicle tells of a meeting: every n-th thing, from his own phone."""
    share, shares = part_of
    told = MEETINGS[number]
    rows = house.rows(
        "SELECT id, strftime('%H:%M', starts_at, '+6 hours') FROM meeting WHERE reference = ?", f"M0{number + 1}"
    )
    start = str(rows[0][1])
    await phone.say("/programme 2019-06-08")
    await phone.tap(t.label("Check in: {meeting}", meeting=start))
    await phone.tap(t.label("Write the log"))
    people = [", ".join(filter(None, (who["name"], who["title"]))) for who in told["interlocutors"]]
    await receive(phone, t, people[share::shares])
    for words in told["told_by_hosts"][share::shares]:
        await phone.say(words)
        if t.label("No, a key point") in phone.labels:  # "record number of international observers: 1013"
            await phone.tap(t.label("No, a key point"))
    for label, listed in (
        ("Figures", [f"{name}: {count}" for name, count in told["figures"].items()]),
        ("Questions asked", told.get("questions", [])),
    ):
        await phone.tap(t.label("Preview"))
        await phone.tap(t.label(label))
        for one in listed[share::shares]:
            await phone.say(one)
    await phone.tap(t.label("Preview"))
    await phone.tap(t.label("Back"))
    for document in told["documents"][share::shares]:
        await phone.say(document["title"])
    await phone.tap(t.label("Back"))
    for words in told["concerns"][share::shares]:
        await phone.say(words)
    if not told["concerns"] and t.label("None") in phone.labels:
        await phone.tap(t.label("None"))
    await phone.tap(t.label("Submit"))


async def test_five_meetings_stand_in_the_stored_logs_as_three_observers_each_told_them(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        guests = {}
        for n, reference in enumerate(("O001", "O002", "O003", "O060", "O061", "O062")):
            language = ("en", "ru", "kk")[n % 3]
            guests[reference] = (await house.enrol(reference, language), TONGUES.of(language))
        teams = dict(house.rows("SELECT p.reference, t.name FROM person AS p JOIN team AS t ON t.id = p.team_id"))
        mine = {
            "M01": ("O001", "O002", "O003"), "M02": ("O001", "O002", "O003"), "M03": ("O001", "O002", "O003"),
            "M04": tuple(who for who in guests if teams[who] in {"Team 1", "Team 2"}),
            "M05": ("O001", "O002", "O003"),
        }  # fmt: skip
        assert len(mine["M04"]) >= 2

        async def day_of(reference: str) -> None:
            phone, t = guests[reference]
            for number in range(5):
                authors = mine[f"M0{number + 1}"]
                if reference in authors:
                    await tell(house, phone, t, number, (authors.index(reference), len(authors)))

        await asyncio.gather(*(day_of(reference) for reference in guests))
        stored = house.rows(
            "SELECT m.reference, e.part, e.body, p.reference, e.said_at, e.submitted_at FROM log_entry AS e"
            " JOIN meeting AS m ON m.id = e.meeting_id JOIN person AS p ON p.id = e.author_id"
            " WHERE e.withdrawn_at IS NULL ORDER BY e.said_at, e.id"
        )
    assert not house.telegram.surprises
    assert all(
        said_at and submitted_at and said_at.startswith("2019-06-08T03:") for *_, said_at, submitted_at in stored
    )
    for number, told in enumerate(MEETINGS):
        reference = f"M0{number + 1}"
        authors = mine[reference]
        kept = [(part, body, author) for meeting, part, body, author, *_ in stored if meeting == reference]

        def expect(part: str, words: list[str], kept: list[tuple[str, str, str]], authors: tuple[str, ...]) -> None:
            """Each of them stands there once, under its part and its author's name."""
            found = sorted((body, author) for its, body, author in kept if its == part and body)
            assert found == sorted((text, authors[n % len(authors)]) for n, text in enumerate(words))

        expect("w", [", ".join(filter(None, (p["name"], p["title"]))) for p in told["interlocutors"]], kept, authors)
        expect("p", told["told_by_hosts"], kept, authors)
        expect("f", [f"{name}: {count}" for name, count in told["figures"].items()], kept, authors)
        expect("q", told.get("questions", []), kept, authors)
        expect("d", [document["title"] for document in told["documents"]], kept, authors)
        expect("c", told["concerns"], kept, authors)
        everything = " ".join(body for _, body, _ in kept)
        assert {str(figure) for figure in told["figures"].values()} <= figures(everything)
        if not told["concerns"]:
            assert any(part == "c" and not body for part, body, _ in kept)
        assert {author for _, _, author in kept} == set(authors)
