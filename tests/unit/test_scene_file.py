"""What somebody who writes a scene is told about its faults."""

from pathlib import Path

import pytest

from demo.labels import called, pick
from demo.scene import SCENES, BadSceneError, find_scene, load_scene, read_scene

GOOD = """
title = "Ours"
[people.anna]
reference = "O001"
[[step]]
who = "anna"
start = true
"""


def faults(text: str) -> list[str]:
    """Each fault as the writer reads it."""
    with pytest.raises(BadSceneError) as told:
        read_scene(text, "ours.toml", Path())
    return [str(fault) for fault in told.value.faults]


@pytest.mark.parametrize("path", sorted(SCENES.glob("*.toml")), ids=lambda path: path.stem)
def test_the_scenes_that_come_with_fieldpost_can_be_read(path: Path) -> None:
    assert load_scene(path).steps


def test_a_good_scene_has_its_people_and_steps() -> None:
    scene = read_scene(GOOD, "ours", Path())
    assert scene.people["anna"].about == {"reference": "O001"}
    assert [(step.who, step.do, step.line) for step in scene.steps] == [("anna", "start", 5)]


def test_every_fault_is_told_with_its_line() -> None:
    text = (
        GOOD + '[[step]]\nwho = "bob"\nsay = "Hello"\n[[step]]\nwho = "anna"\nfly = true\n[[step]]\nclock = "25:00"\n'
    )
    assert faults(text) == [
        "line 9: who: nobody here is called 'bob'",
        "line 11: nothing happens in this step",
        "line 13: a step has no 'fly'; it knows " + _known(),
        'line 15: clock: "20:00", "+15 min", "+2 h" or "2019-06-09 06:50"',
    ]


def _known() -> str:
    from demo.scene import BESIDE, BY_PERSON, BY_STAGE, EXPECTED  # noqa: PLC0415 - what the message lists

    return ", ".join({**BY_PERSON, **BY_STAGE, **EXPECTED, **BESIDE})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("title = \n", "line 1: "),
        ("", "line 1: a scene has at least one [[step]]"),
        ('[people.anna]\nlanguage = "ru"\n[[step]]\nhold = true\n', "line 1: anna: say who this is"),
        (GOOD + '[[step]]\nsay = "To nobody"\n', "line 8: who does or sees this? say needs a `who`"),
        (GOOD + '[[step]]\nwho = "anna"\nsay = "a"\ntap = "b"\n', "line 11: one step does one thing"),
        (GOOD + '[[step]]\nwho = "anna"\nlocation = [99, 0]\n', "line 10: location: latitude is -90 to 90"),
        (GOOD + '[[step]]\nwho = "anna"\nbring = true\n', "line 10: bring: which group? It needs an `in`"),
        (GOOD + '[[step]]\nweather = "snow"\n', "line 9: weather: one of fine, slow"),
        ('roster = "none.csv"\n' + GOOD, "line 1: roster: there is no file none.csv"),
        ("step = 3\n", "line 1: steps are written as [[step]]"),
        ('[groups.hq]\nmembers = ["anna"]\n[[step]]\nhold = true\n', "line 2: members: nobody here is called 'anna'"),
    ],
)
def test_a_fault_names_its_line(text: str, told: str) -> None:
    assert faults(text)[0].startswith(told)


def test_a_step_that_stands_in_a_text_is_no_step() -> None:
    text = GOOD + '[[step]]\nwho = "anna"\nsay = """\n[[step]]\nfly = true\n"""\n[[step]]\nhold = 1\n'
    assert faults(text) == ["line 15: hold: true or false"]


def test_an_unknown_scene_is_told_with_those_that_exist() -> None:
    with pytest.raises(FileNotFoundError, match=r"8-june.*bad-network"):
        find_scene("nowhere")


def test_a_button_is_found_by_its_english_name_in_any_language() -> None:
    assert called("Check in: 09:30")[1:] == ("Белгілену: 09:30", "Отметиться: 09:30")
    assert pick(["Белгілену: 09:30 Ақ жол", "Артқа"], "Check in: 09:30") == 0
    assert pick(["Next", "Next day"], "Next") == 0
    assert pick(["Назад"], "Next") is None
