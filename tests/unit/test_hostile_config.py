"""Whatever stands in a configuration: it can be used, or each key that cannot is named; nothing else comes of it."""

import json
import os
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from bot.config import Config, ConfigError, known_keys, load

TOKEN = "12345678:Secret-of-the-mission"
ODD = (
    "", "0", "never", "24:00", "-1", "1e400", "20:00,", "Asia/Almaty", "../..", "/dev/null", "\0", "~nobody/at/home",
    "x" * 300, "/x" * 900, "http://", "https://x", "1:", "[]", "[1", "[" * 9000, "en,ru", "\u202e", "{0}%s", "age1x",
)  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(ODD),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.integers(-(2**63), 2**63 - 1),
    st.sampled_from([-1, 0, 1, 7, 366, 36_501, 2**31, 10**9]),
    st.floats(),
    st.booleans(),
)
ENTRIES = st.dictionaries(st.sampled_from(known_keys()), VALUES | st.lists(VALUES, max_size=3), min_size=1, max_size=3)


def toml(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, float):
        return repr(value)
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def sections(entries: dict[str, Any]) -> str:
    written: dict[str, str] = {"telegram": f'token = "{TOKEN}"\n'}
    for name, value in entries.items():
        section, _, key = name.partition(".")
        if name == "telegram.token":
            written["telegram"] = ""
        written[section] = f"{written.get(section, '')}{key} = {toml(value)}\n"
    return "".join(f"[{section}]\n{body}" for section, body in written.items())


def taken(path: Path | None) -> list[str]:
    """What is said against it; if nothing is, everything that is asked of a configuration has an answer."""
    try:
        config = load(path)
        config.mission_facts()
        config.token()
        assert str(config.backup_folder)
        assert str(config.storage.files_folder)
        assert config.exposed is None
    except ConfigError as error:
        said = error.messages
    else:
        said = []
        assert TOKEN not in repr(config)
    assert TOKEN not in "".join(said)
    return said


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("FIELDPOST_")]:
        monkeypatch.delenv(name)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@example({"retention.positions_days": 10**9})
@example({"storage.path": "\0"})
@example({"telegram.token_file": "x" * 300})
@example({"backup.folder": "~nobody/at/home"})
@given(ENTRIES)
def test_a_file_is_taken_or_its_keys_are_named(tmp_path: Path, entries: dict[str, Any]) -> None:
    path = tmp_path / "config.toml"
    path.write_text(sections(entries), encoding="utf-8")
    path.chmod(0o600)
    for told in taken(path):
        assert told.split(":")[0].split(".")[0] in {name.split(".")[0] for name in entries}, told


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(("mission.name", "Mission \udcff"))
@example(("storage.path", "\udcff" * 300))
@given(st.tuples(st.sampled_from(known_keys()), st.sampled_from(ODD) | st.text(max_size=20)))
def test_a_variable_is_taken_or_its_key_is_named(entry: tuple[str, str]) -> None:
    name, value = entry
    try:
        os.fsencode(value)
    except UnicodeEncodeError:
        return  # no process can have been started with it
    if "\0" in value:
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FIELDPOST_TELEGRAM__TOKEN", TOKEN)
        patch.setenv(f"FIELDPOST_{name.replace('.', '__').upper()}", value)
        for told in taken(None):
            assert told.startswith(name.split(".")[0]), told


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_a_file_of_anything_at_all_is_told_as_what_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    taken(path)


def test_lists_within_lists_without_end_are_no_configuration(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f"[digest]\nat = {'[' * 9000}", encoding="utf-8")
    assert taken(path) == [f"{path}: not TOML: lists within lists, too deep"]


def test_every_number_has_an_upper_bound() -> None:
    """What is larger than any calendar would fail long after the start, where nobody thinks of the configuration."""
    unbounded = []
    for section, field in Config.model_fields.items():
        for key, of in cast("type[BaseModel]", field.annotation).model_json_schema()["properties"].items():
            kinds = [of, *of.get("anyOf", ())]
            numbers = [kind for kind in kinds if kind.get("type") in {"integer", "number"}]
            unbounded += [f"{section}.{key}" for kind in numbers if "maximum" not in kind]
    assert unbounded == []
