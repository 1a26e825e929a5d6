"""A week's or a mission's figures: each team's days put together, not one of them twice."""

from dataclasses import fields

from domain.day import Coverage, Totals
from domain.period import _together, summed


def test_a_teams_days_are_added_up_figure_by_figure() -> None:
    first = [Coverage("Team 1", 1, 2, 3, 4), Coverage("HQ", 5, 6, 7, 8)]
    second = [Coverage("Team 2", 9, 9, 9, 9), Coverage("Team 1", 10, 20, 30, 40)]
    assert _together(_together([], first), second) == [
        Coverage("HQ", 5, 6, 7, 8),
        Coverage("Team 1", 11, 22, 33, 44),
        Coverage("Team 2", 9, 9, 9, 9),
    ]


def test_the_totals_of_days_are_added_up_figure_by_figure() -> None:
    names = [one.name for one in fields(Totals)]
    days = [Totals(**{name: factor * (place + 1) for place, name in enumerate(names)}) for factor in (1, 10)]
    assert summed(days) == Totals(**{name: 11 * (place + 1) for place, name in enumerate(names)})
    assert summed([]) == Totals(**dict.fromkeys(names, 0))
