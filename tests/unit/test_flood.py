"""Who says more in a minute than a person can is not read for the rest of it."""

from bot.flood import MOST_REMEMBERED, Flood, Pace


class Hand:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_the_first_that_is_too_much_is_told_and_a_minute_later_all_is_forgiven() -> None:
    hand = Hand()
    flood = Flood(3, 1, hand)
    said = [flood.look(7, known=True) for _ in range(5)]
    assert said == [Pace.FINE, Pace.FINE, Pace.FINE, Pace.TOO_FAST, Pace.STILL_TOO_FAST]
    hand.seconds += 59.9
    assert flood.look(7, known=True) is Pace.STILL_TOO_FAST
    hand.seconds += 0.1
    assert [flood.look(7, known=True) for _ in range(4)] == [Pace.FINE, Pace.FINE, Pace.FINE, Pace.TOO_FAST]


def test_a_stranger_may_say_less_and_nobody_pays_for_another() -> None:
    flood = Flood(3, 1, Hand())
    assert [flood.look(7, known=False) for _ in range(3)] == [Pace.FINE, Pace.TOO_FAST, Pace.STILL_TOO_FAST]
    assert flood.look(8, known=False) is Pace.FINE
    assert flood.look(9, known=True) is Pace.FINE


def test_what_is_remembered_of_many_strangers_is_bounded_and_the_old_goes_first() -> None:
    hand = Hand()
    flood = Flood(3, 1, hand)
    for account in range(MOST_REMEMBERED - 1):
        flood.look(account, known=False)
    hand.seconds += 30
    flood.look(-1, known=False)
    hand.seconds += 30
    assert flood.look(-2, known=False) is Pace.FINE, "room is made: the first ones spoke a minute ago"
    assert flood.look(-1, known=False) is Pace.TOO_FAST, "she spoke half a minute ago"
    for account in range(MOST_REMEMBERED - 2):
        flood.look(account, known=False)
    assert flood.look(-1, known=False) is Pace.STILL_TOO_FAST, "there is room for exactly so many"
    assert flood.look(-3, known=False) is Pace.FINE
    assert flood.look(-1, known=False) is Pace.FINE, "nobody was old: all are forgotten rather than memory filled"
