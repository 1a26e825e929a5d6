"""A mission is told something, and the report is right to the copy: under limits, kills, and a bad network."""

import re

from tests.e2e.announcing import show_1, show_2, show_3, show_4, show_5


def figures(report: str) -> dict[str, int]:
    """ "Sent 3 · waiting 0 …" as numbers."""
    found = re.search(r"Sent (\d+) · waiting (\d+) · in doubt (\d+) · failed (\d+)", report)
    assert found is not None, report
    return dict(zip(("sent", "waiting", "in doubt", "failed"), map(int, found.groups()), strict=True))


async def test_everyone_is_reached_once_within_the_limits_while_taps_and_an_alert_overtake() -> None:
    book = await show_1(300, 30)
    print(book.told())
    assert (book.twice, book.missing, book.refused_by_limits) == (0, [], 0)
    assert figures(book.report) == {"sent": 330, "waiting": 0, "in doubt": 0, "failed": 0}
    assert book.taps


async def test_through_kills_each_copy_arrives_once_or_is_in_doubt_until_its_author_decides() -> None:
    book = await show_2(300, 20, 10, "Send all again")
    print(book.told())
    assert book.missing == []
    assert figures(book.report) == {"sent": 320, "waiting": 0, "in doubt": 0, "failed": 0}
    book = await show_2(120, 10, 4, "All arrived")
    print(book.told())
    assert book.twice == 0
    assert figures(book.report) == {"sent": 130, "waiting": 0, "in doubt": 0, "failed": 0}


async def test_in_bad_weather_the_report_is_right_to_the_copy() -> None:
    book, truth = await show_3(200, 10)
    print(book.told(), truth)
    found = figures(book.report)
    assert book.twice == 0
    assert found["waiting"] == 0
    unreached = truth["blocked"] + truth["kicked"] - found["failed"]
    assert 0 <= unreached <= found["in doubt"]  # a refusal whose answer was lost is known to nobody
    assert found["sent"] <= truth["arrived"] + 1 <= found["sent"] + found["in doubt"] + 1  # the author's own: a preview
    assert sum(found.values()) == 210


async def test_correction_and_withdrawal_reach_what_can_be_reached_and_say_what_could_not() -> None:
    corrected, withdrawn = await show_4(100, 5)
    print(corrected, withdrawn)
    assert "Corrected: 90 · waiting 0 · not 15" in corrected
    assert "Deleted: 95 · waiting 0 · not 10" in withdrawn


async def test_four_hundred_confirmations_within_a_minute_are_counted_right() -> None:
    book = await show_5(420, 4, 400)
    print(book.told())
    assert "Confirmed: 400 of 421" in book.report  # the second coordinator reads it in a group
    assert book.refused_by_limits == 0
