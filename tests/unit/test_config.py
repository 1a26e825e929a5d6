"""What an operator writes into config.toml or the environment, and what he is told when it cannot be."""

import os
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from bot.config import ConfigError, load
from domain.digest import Depth


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("FIELDPOST_")]:
        monkeypatch.delenv(name)


def written(folder: Path, toml: str, mode: int = 0o600) -> Path:
    path = folder / "config.toml"
    path.write_text(toml, encoding="utf-8")
    path.chmod(mode)
    return path


def refused(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        load(path)
    return raised.value.messages


LANGUAGES = "there is no catalogue for 'de', only for en, kk, ru"


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ("[telegram]\ntokn = '1:a'\n", "telegram.tokn: there is no such key; telegram.token perhaps?"),
        ("[colour]\nx = 1\n", "colour: there is no such key"),
        ("[telegram]\napi_base_url = 'api.telegram.org'\n",
         "telegram.api_base_url: not an address such as https://api.telegram.org"),
        ("[telegram]\nusername = '@a b'\n", "telegram.username: not a Telegram username such as mission_bot"),
        ("[telegram]\nusername = 'abc'\n", "telegram.username: not a Telegram username such as mission_bot"),
        ("[mission]\ntime_zone = 'Mars/Base'\n",
         "mission.time_zone: there is no time zone 'Mars/Base'; use an IANA name such as Asia/Almaty"),
        ("[mission]\nlanguages = []\n", "mission.languages: at least one language is needed"),
        ("[mission]\nlanguages = ['en', 'Deutsch']\n", "mission.languages: 'Deutsch' is no language code such as en"),
        ("[mission]\nlanguages = ['en', 'de']\n", f"mission.languages: {LANGUAGES}"),
        ("[digest]\nat = '24:00'\n", "digest.at: not a time of day such as 20:00"),
        ("[digest]\nat = ['20:00', '20:60']\n", "digest.at: not a time of day such as 20:00"),
        ("[digest]\nat = 20\n", "digest.at: not a time of day such as 20:00"),
        ("[programme]\neve_at = 'always'\n", "programme.eve_at: not a time of day such as 20:00"),
        ("[overdue]\nask_minutes = 15\nleader_minutes = 15\n",
         "overdue: each step must come later than the one before it"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_with_its_key(tmp_path: Path, toml: str, told: str) -> None:
    assert refused(written(tmp_path, toml)) == [told]


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    toml = "[mission]\ntime_zone = 'Mars/Base'\n[digest]\nat = '25:00'\n"
    assert [told.partition(":")[0] for told in refused(written(tmp_path, toml))] == ["mission.time_zone", "digest.at"]


def test_a_file_that_cannot_be_read_is_said_so(tmp_path: Path) -> None:
    path = written(tmp_path, "[telegram\n")
    assert refused(path)[0].startswith(f"{path}: not TOML: ")
    path.write_bytes(b"name = '\xff'")
    assert refused(path) == [f"{path}: not text in UTF-8"]
    assert refused(tmp_path) == [f"{tmp_path}: cannot be read: Is a directory"]
    assert refused(tmp_path / "none.toml") == [f"{tmp_path / 'none.toml'}: cannot be read: No such file or directory"]


@pytest.mark.parametrize(
    ("variable", "told"),
    [
        ("FIELDPOST_TELEGRAM__TOKN", "there is no key telegram.tokn; FIELDPOST_TELEGRAM__TOKEN perhaps?"),
        ("FIELDPOST_XYZ", "there is no key xyz"),
    ],
)
def test_a_slip_of_the_pen_in_a_variable_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, told: str
) -> None:
    monkeypatch.setenv(variable, "1:sesame")
    assert refused(written(tmp_path, "")) == [f"{variable}: {told}"]


@pytest.mark.parametrize(
    ("languages", "read"), [("en,ru", ["en", "ru"]), (" ru , ru,, en ", ["ru", "en"]), ('["kk"]', ["kk"])]
)
def test_a_list_in_the_environment_is_read_as_people_write_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, languages: str, read: list[str]
) -> None:
    monkeypatch.setenv("FIELDPOST_MISSION__LANGUAGES", languages)
    monkeypatch.setenv("FIELDPOST_DIGEST__AT", "8:05, 20:30")
    monkeypatch.setenv("FIELDPOST_DIGEST__WEEKDAYS", "1, 3,5")
    monkeypatch.setenv("FIELDPOST_PROGRAMME__SILENT_DAYS", "2019-06-08")
    config = load(written(tmp_path, "[mission]\nlanguages = ['en']\n"))
    assert config.mission.languages == read
    assert config.digest.at == [time(8, 5), time(20, 30)]
    assert config.digest.weekdays == [1, 3, 5]
    assert config.programme.silent_days == [date(2019, 6, 8)]


def test_a_list_that_is_no_list_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIELDPOST_MISSION__LANGUAGES", '["en"')
    assert refused(written(tmp_path, "")) == ["mission.languages: not a JSON list"]


def test_the_whole_mission_is_as_it_was_written(tmp_path: Path) -> None:
    config = load(
        written(
            tmp_path,
            "[telegram]\nusername = '@mission_bot'\napi_base_url = 'http://gate:8081/'\n"
            "[mission]\nname = 'CIS IPA'\ntime_zone = 'Asia/Almaty'\nlanguages = ['ru', 'en', 'ru']\n"
            "[digest]\nat = ['08:00', '20:00']\nweekdays = [1, 5]\ndepth = 'HEADLINES'\nweekly_on = 3\n"
            "max_late_hours = 2\n"
            "[programme]\neve_at = 'never'\napply_within_minutes = 7\ntravel_kmh = 40\nfirst_day = 2019-06-07\n"
            "last_day = 2019-06-09\nsilent_days = [2019-06-08]\n"
            "[retention]\npositions_days = 3\n[invitations]\ndays = 5\n[sending]\noverall_per_second = 20\n"
            "[announcements]\nsecond_person = true\ngroups_quiet_from = '22:00'\ngroups_quiet_until = '07:00'\n"
            "[overdue]\non = false\nask_minutes = 10\nleader_minutes = 20\n"
            "[chronicle]\ntemplate = 'day.docx'\n",
        )
    )
    facts = config.mission_facts()
    assert (facts.name, facts.time_zone, facts.languages) == ("CIS IPA", "Asia/Almaty", ("ru", "en"))
    assert (facts.digest_hours, facts.digest_weekdays) == ((time(8), time(20)), frozenset({1, 5}))
    assert (facts.digest_depth, facts.weekly_on, facts.digest_max_late) == (Depth.HEADLINES, 3, timedelta(hours=2))
    assert (facts.invitation_days, facts.messages_per_second, facts.second_person) == (5, 20, True)
    assert (facts.eve_at, facts.apply_within, facts.bot_username) == (None, timedelta(minutes=7), "mission_bot")
    assert (facts.positions_kept, facts.photos_kept) == (timedelta(days=3), None)
    assert facts.groups_quiet == (time(22), time(7))
    assert (facts.rules.speed_kmh, facts.rules.first_day, facts.rules.last_day, facts.rules.silent_days) == (
        40, date(2019, 6, 7), date(2019, 6, 9), frozenset({date(2019, 6, 8)}),
    )  # fmt: skip
    assert (facts.ladder.on, facts.ladder.ask, facts.ladder.leader) == (
        False, timedelta(minutes=10), timedelta(minutes=20),
    )  # fmt: skip
    assert facts.chronicle_template == str(tmp_path / "day.docx")
    assert config.telegram.api_base_url == "http://gate:8081"


def test_relative_paths_count_from_the_files_folder(tmp_path: Path) -> None:
    toml = (
        "[telegram]\ntoken_file = 'token'\n[storage]\npath = 'm/f.sqlite'\nfiles = 'papers'\n"
        "[backup]\nfolder = 'copies'\n"
        "[clock]\nfile = 'clock.json'\n"
    )
    config = load(written(tmp_path, toml))
    assert config.storage.path == tmp_path / "m" / "f.sqlite"
    assert config.storage.files_folder == tmp_path / "papers"
    assert config.backup_folder == tmp_path / "copies"
    assert config.telegram.token_file == tmp_path / "token"
    assert config.clock.file == tmp_path / "clock.json"
    bare = load(written(tmp_path, "[storage]\npath = 'm/f.sqlite'\n"))
    assert bare.storage.files_folder == tmp_path / "m" / "files"
    assert bare.backup_folder == tmp_path / "m" / "backups"
    assert load(written(tmp_path, "[storage]\npath = '/srv/f.sqlite'\n")).storage.path == Path("/srv/f.sqlite")


TOKEN = "123456:ABC-DEF_ghijklmnopqrstuvwxyz0123456"
MISSING = "the bot's token is missing"


def test_the_token_comes_from_the_key_or_from_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f" {TOKEN}\n")
    both = load(written(tmp_path, f"[telegram]\ntoken = ' {TOKEN} '\ntoken_file = 'none'\n"))
    assert (both.has_token, both.token()) == (True, TOKEN)
    from_file = load(written(tmp_path, "[telegram]\ntoken_file = 'token'\n"))
    assert (from_file.has_token, from_file.token()) == (True, TOKEN)


@pytest.mark.parametrize(
    ("toml", "content", "told"),
    [
        ("", b"", f"telegram.token: {MISSING} (give it, or telegram.token_file, or FIELDPOST_TELEGRAM__TOKEN)"),
        ("[telegram]\ntoken = ' '\n", b"",
         f"telegram.token: {MISSING} (give it, or telegram.token_file, or FIELDPOST_TELEGRAM__TOKEN)"),
        ("[telegram]\ntoken = 'sesame'\n", b"",
         "telegram.token: this is no bot token; it looks like 123456:ABC-DEF (ask @BotFather)"),
        ("[telegram]\ntoken_file = 'token'\n", b" \n", f"telegram.token_file: {MISSING} (empty)"),
        ("[telegram]\ntoken_file = 'token'\n", b"sesame",
         "telegram.token_file: this is no bot token; it looks like 123456:ABC-DEF (ask @BotFather)"),
        ("[telegram]\ntoken_file = 'token'\n", b"\xff", "telegram.token_file: {folder}/token cannot be read"),
        ("[telegram]\ntoken_file = 'none'\n", b"", "telegram.token_file: {folder}/none cannot be read"),
    ],
)  # fmt: skip
def test_where_no_token_is_the_key_is_named_and_nothing_of_it_shown(
    tmp_path: Path, toml: str, content: bytes, told: str
) -> None:
    (tmp_path / "token").write_bytes(content)
    with pytest.raises(ConfigError) as raised:
        load(written(tmp_path, toml)).token()
    assert raised.value.messages == [told.format(folder=tmp_path)]
    assert load(written(tmp_path, toml)).has_token is (toml not in {"", "[telegram]\ntoken = ''\n"})


def test_a_token_that_everybody_on_the_machine_can_read_is_noticed(tmp_path: Path) -> None:
    inside = f"[telegram]\ntoken = '{TOKEN}'\n"
    assert load(written(tmp_path, inside)).exposed is None
    assert load(written(tmp_path, inside, 0o644)).exposed == tmp_path / "config.toml"
    assert load(written(tmp_path, "[telegram]\nusername = 'mission_bot'\n", 0o644)).exposed is None
    token = tmp_path / "token"
    token.write_text(TOKEN)
    token.chmod(0o604)
    beside = "[telegram]\ntoken_file = 'token'\n"
    assert load(written(tmp_path, beside, 0o644)).exposed == token
    token.chmod(0o600)
    assert load(written(tmp_path, beside, 0o644)).exposed is None
