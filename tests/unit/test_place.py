"""Where things are: distances, and coordinates that somebody typed."""

import pytest

from domain.place import metres_between, typed_coordinates

NUR_SULTAN, ALMATY = (51.1694, 71.4491), (43.2389, 76.8897)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("51.128, 71.43", (51.128, 71.43)),
        (" (51.128; 71.43) ", (51.128, 71.43)),
        ("-33.9 151.2", (-33.9, 151.2)),
        ("90, 180", (90.0, 180.0)),
        ("-90, -180", (-90.0, -180.0)),
        ("91, 71", None),
        ("51, 181", None),
        ("51.128", None),
        ("room 51, 71", None),
        ("51.128, 71.43, 2nd floor", None),
        ("", None),
    ],
)
def test_a_pair_of_numbers_is_a_place_if_there_is_such_a_place_and_nothing_else_is(
    typed: str, meant: tuple[float, float] | None
) -> None:
    assert typed_coordinates(typed) == meant


def test_from_one_capital_to_the_other_it_is_972_kilometres_there_and_back() -> None:
    there = metres_between(*NUR_SULTAN, *ALMATY)
    assert round(there / 1000) == 972
    assert metres_between(*ALMATY, *NUR_SULTAN) == there
    assert metres_between(*ALMATY, *ALMATY) == 0


def test_the_other_side_of_the_globe_is_half_its_girth_away() -> None:
    assert metres_between(0, 0, 0, 180) == metres_between(90, 0, -90, 0) == 20_015_114
