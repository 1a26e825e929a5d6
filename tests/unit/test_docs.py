"""The documentation is held to the truth."""

import re
from pathlib import Path

import pytest

from domain.access import BUTTONS, COMMANDS
from domain.person import Role

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("page", ["docs/walk.md", "docs/roles.md", "README.md", "CONTRIBUTING.md"])
def test_every_file_that_a_page_names_exists(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = re.findall(r"`((?:bot|handlers|services|texts|storage|domain|demo|tests|docs)/[\w./-]*)`", text)
    missing = sorted({name for name in named if not (ROOT / name).exists()})
    assert missing == []


def test_the_walk_names_the_files_of_the_way() -> None:
    text = (ROOT / "docs/walk.md").read_text(encoding="utf-8")
    for room in ("bot", "handlers", "services", "texts", "storage", "domain", "demo"):
        assert f"`{room}/" in text


def test_the_page_of_roles_says_what_the_table_in_the_code_says() -> None:
    page = (ROOT / "docs/roles.md").read_text(encoding="utf-8")
    rules = {f"/{name}": rule for name, rule in COMMANDS.items()}
    rules |= {payload.__name__: rule for payload, rule in BUTTONS.items()}
    told = {row[0]: row[1:] for row in re.findall(r"^\| `([^`]+)` " + r"\| (yes|–) " * 6 + r"\|$", page, re.MULTILINE)}
    marks = {True: "yes", False: "–"}
    assert told == {
        name: (*(marks[role in rule.roles] for role in Role), marks[rule.stranger], marks[rule.in_group])
        for name, rule in rules.items()
    }


def test_the_page_of_scenes_lists_all_that_come_with_fieldpost() -> None:
    page = (ROOT / "docs/scenes.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `([\w-]+)` \|", page, re.MULTILINE))
    assert listed == {path.stem for path in (ROOT / "demo/scenes").glob("*.toml")}
