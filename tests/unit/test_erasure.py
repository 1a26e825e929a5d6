"""What is taken for a trace of somebody, and what is left to others."""

import html
import json
import time
import unicodedata

import pytest

from domain.erasure import Subject, loose, strict

ANNA = Subject(7, "Анна О'Брайен", "O7", "Person 7", ("+7 701 555-83-42",), (77,), ("anna_ob",), ("Anya", "Anya B"))


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        ("Анна О'Брайен сказала", "Person 7 сказала"),
        ("АННА О’БРАЙЕН, о'брайен анна", "Person 7, Person 7"),
        ("<b>" + html.escape("Анна О'Брайен") + "</b>", "<b>Person 7</b>"),
        (unicodedata.normalize("NFD", "Анна О'Брайен"), "Person 7"),
        ("ring 8 (701) 555 83 42 or 77015558342", "ring Person 7 or Person 7"),
        ("@Anna_OB, t.me/anna_ob, anna_ob", "Person 7, Person 7, Person 7"),
        (json.dumps(["a\nАнна О'Брайен"]), '["a\\nPerson 7"]'),
        ("Марианна О'Брайен and Анна О'Брайенко", "Марианна О'Брайен and Анна О'Брайенко"),
        ("Anya said 701 555", "Anya said 701 555"),
        ("", ""),
        ("[not json Анна О'Брайен", "[not json Person 7"),
    ],
)
def test_a_text_reads_without_her(text: str, scrubbed: str) -> None:
    traces, unsure = strict([ANNA], ["Somebody Else"])
    assert traces.scrub(text) == scrubbed
    assert unsure == []


@pytest.mark.parametrize("other", ["Анна О'Брайен", "анна о'брайен", "Анна О'Брайен старшая"])
def test_a_name_that_may_be_another_person_s_is_left(other: str) -> None:
    traces, unsure = strict([ANNA], [other])
    assert unsure == ["O7"]
    assert traces.scrub("Анна О'Брайен, @anna_ob") == "Анна О'Брайен, Person 7"


@pytest.mark.parametrize("name", ["", "Ли", "x"])
def test_a_name_too_short_to_look_for_is_left(name: str) -> None:
    traces, unsure = strict([Subject(1, name, "O1", "Person 1")], [])
    assert unsure == ["O1"]
    assert traces.scrub("Ли x и другие") == "Ли x и другие"


def test_a_name_that_is_a_word_is_only_taken_as_it_is_written() -> None:
    traces, _ = strict([Subject(1, "Надежда", "O1", "Person 1")], [])
    assert traces.scrub("Надежда says there is надежда") == "Person 1 says there is надежда"


@pytest.mark.parametrize("text", ['{"x": "АНЯ anya"}', json.dumps({"x": "о'брайен"}), "7015558342", "hi @anna_ob"])
def test_a_letter_that_has_served_is_emptied_for_less(text: str) -> None:
    assert loose(ANNA).found_in(text)


def test_a_thousand_people_are_looked_for_in_a_long_text_within_a_second() -> None:
    people = [Subject(n, f"Observer Number{n}", f"O{n}", f"Person {n}", (f"+7701{n:07}",)) for n in range(1013)]
    text = " ".join(f"Observer Number{n}, +7 701 {n:07};" for n in range(0, 1013, 2)) + " and words" * 20_000
    traces, _ = strict(people, [])
    began = time.monotonic()
    scrubbed = traces.scrub(text)
    assert time.monotonic() - began < 1
    assert "Number" not in scrubbed
    assert scrubbed.startswith("Person 0, Person 0; Person 2, Person 2;")
