"""What the outbox allows itself."""

from bot.budgets import Budgets, Ledger, Window


def test_letters_held_up_do_not_meet_those_of_the_next_second() -> None:
    window = Window(25, 1)
    for _ in range(25):
        window.spend()
    assert window.room(0.1) == window.room(1.5) == 0
    assert window.ready_at(1.5) > 1.5
    for _ in range(25):
        window.land(1.6)
    assert window.room(2.5) == 0
    assert window.ready_at(2.5) == 2.6
    assert window.room(2.61) == 25


def test_a_chat_with_a_letter_under_way_is_not_forgotten() -> None:
    ledger = Ledger(Budgets(overall_per_second=25, chat_per_second=1))
    ledger.spend(7, 1)
    ledger.forget(100.0)
    assert ledger.ready_at(7, 100.0) > 100.0
    ledger.land(7, 100.0, 1)
    assert ledger.ready_at(7, 100.5) == 101.0
    ledger.forget(102.0)
    assert ledger.ready_at(7, 102.0) <= 102.0
