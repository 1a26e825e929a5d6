"""The documentation is held to the truth."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("page", ["docs/walk.md", "README.md", "CONTRIBUTING.md"])
def test_every_file_that_a_page_names_exists(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = re.findall(r"`((?:bot|handlers|services|texts|storage|domain|demo|tests|docs)/[\w./-]*)`", text)
    missing = sorted({name for name in named if not (ROOT / name).exists()})
    assert missing == []


def test_the_walk_names_the_files_of_the_way() -> None:
    text = (ROOT / "docs/walk.md").read_text(encoding="utf-8")
    for room in ("bot", "handlers", "services", "texts", "storage", "domain", "demo"):
        assert f"`{room}/" in text
