"""Every sentence is translated, whole and well-formed, in every language."""

import json
import re
from string import Formatter
from typing import cast

import pytest
from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Translation
from babel.messages.pofile import read_po

from texts.locale.extract import Message, messages, sentences
from texts.tongue import LOCALE, Tongues, available_languages

LANGUAGES = [language for language in available_languages() if language != "en"]
TAG = re.compile(r"</?[a-z][^>]*>")
SAID = messages()

every_language = pytest.mark.parametrize("language", LANGUAGES)


def catalogue(language: str) -> Catalog:
    with (LOCALE / language / "LC_MESSAGES" / "fieldpost.po").open("rb") as po:
        return read_po(po, locale=language, abort_invalid=True)


def translations(language: str) -> list[Translation]:
    return [message for message in catalogue(language) if message.id]


def identity(message: Translation) -> Message:
    return message.id if isinstance(message.id, str) else (message.id[0], message.id[1])


def forms(message: Translation) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def sources(message: Translation) -> list[str]:
    return [message.id] if isinstance(message.id, str) else list(message.id)


def test_there_is_a_russian_and_a_kazakh_catalogue() -> None:
    assert LANGUAGES == ["kk", "ru"]


def test_sentences_inside_f_strings_are_found() -> None:
    assert list(sentences("f\"<b>{t.say('Tomorrow')}</b>\"", "x.py")) == ["Tomorrow"]


def test_a_count_of_letters_is_no_sentence() -> None:
    assert list(sentences("text.count('</'); t.count('one', 'many', 2)", "x.py")) == [("one", "many")]


def test_a_sentence_that_is_not_written_out_is_refused() -> None:
    with pytest.raises(ValueError, match=r"x\.py:1"):
        list(sentences("t.say(text)", "x.py"))


@every_language
def test_a_catalogue_has_every_sentence_and_no_other(language: str) -> None:
    translated = {identity(message) for message in translations(language)}
    assert set(SAID) - translated == set(), "run python -m texts.locale.extract and translate"
    assert translated - set(SAID) == set(), "run python -m texts.locale.extract"
    assert not catalogue(language).obsolete


def test_the_template_has_every_sentence_and_no_other() -> None:
    with (LOCALE / "fieldpost.pot").open("rb") as pot:
        assert {identity(message) for message in read_po(pot) if message.id} == set(SAID)


@every_language
def test_no_translation_is_empty_or_fuzzy(language: str) -> None:
    known = catalogue(language)
    for message in translations(language):
        assert not message.fuzzy, message.id
        assert len(forms(message)) == (1 if isinstance(message.id, str) else known.num_plurals), message.id
        assert all(text.strip() for text in forms(message)), message.id


@every_language
def test_a_translation_has_the_fields_of_its_sentence(language: str) -> None:
    for message in translations(language):
        wanted = fields(sources(message)[0])
        for text in forms(message):
            assert fields(text) == wanted, text


@every_language
def test_a_translation_has_the_tags_of_its_sentence(language: str) -> None:
    for message in translations(language):
        wanted = TAG.findall(sources(message)[0])
        for text in forms(message):
            assert sorted(TAG.findall(text)) == sorted(wanted), text


@every_language
def test_a_translation_keeps_the_commands_of_its_sentence(language: str) -> None:
    command = re.compile(r"(?<![\w<])/[a-z]+")
    for message in translations(language):
        wanted = set(command.findall(sources(message)[0]))
        for text in forms(message):
            assert set(command.findall(text)) == wanted, text


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_telegram_can_read_every_sentence_as_html(language: str) -> None:
    tdjson = pytest.importorskip("tdjson")
    tdjson.td_execute(json.dumps({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0}).encode())
    said = (
        [text for message in translations(language) for text in forms(message)]
        if language != "en"
        else [text for message in SAID for text in ([message] if isinstance(message, str) else message)]
    )
    for text in said:
        filled = text.format(**dict.fromkeys(fields(text), "x"))
        request = {"@type": "parseTextEntities", "text": filled, "parse_mode": {"@type": "textParseModeHTML"}}
        answer = json.loads(tdjson.td_execute(json.dumps(request).encode()))
        assert answer["@type"] == "formattedText", f"{text}: {answer}"
        assert answer["text"].strip() == TAG.sub("", filled).strip(), text


@every_language
def test_every_sentence_is_spoken_with_its_values(language: str) -> None:
    tongue = Tongues(("en", "ru", "kk")).of(language)
    for message in SAID:
        source = message if isinstance(message, str) else message[0]
        values = cast("dict[str, object]", dict.fromkeys(fields(source) - {"n"}, "x"))
        if isinstance(message, str):
            spoken = [tongue.say(message, **values, **({"n": 2} if "n" in fields(source) else {}))]
        else:
            spoken = [tongue.count(*message, n, **values) for n in (0, 1, 2, 5, 11, 21, 22)]
        assert all(text and "{" not in text for text in spoken)


def test_the_mission_speaks_three_languages() -> None:
    tongues = Tongues(("en", "ru", "kk"))
    assert [tongue.label("Programme") for tongue in tongues.all()] == ["Programme", "Программа", "Бағдарлама"]


@pytest.mark.parametrize(
    ("n", "words"),
    [(1, "1 пункт."), (2, "2 пункта."), (5, "5 пунктов."), (11, "11 пунктов."), (21, "21 пункт."), (22, "22 пункта.")],
)
def test_russian_counts_as_russians_do(n: int, words: str) -> None:
    said = Tongues(("ru",)).default.count(
        "Submitted: {n} point is in the meeting log. It will be in the digest.",
        "Submitted: {n} points are in the meeting log. They will be in the digest.",
        n,
    )
    assert words in said
