"""Brings template and catalogues up to date with the sentences in texts/: `python -m texts.locale.extract`.

Babel's own Python extractor overlooks calls inside f-strings before Python 3.12, so the syntax tree is read instead.
"""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).parent
TEXTS = HERE.parent
ARGUMENTS = {"say": 1, "label": 1, "count": 2, "_": 1}
"""What marks a sentence, and how many of its arguments are one."""
Message = str | tuple[str, str]


def messages() -> dict[Message, list[str]]:
    """Every sentence (or singular and plural) with the files that say it, in the order of the files."""
    found: dict[Message, list[str]] = {}
    for path in sorted(TEXTS.glob("*.py")):
        for message in sentences(path.read_text(encoding="utf-8"), path.name):
            places = found.setdefault(message, [])
            if path.name not in places:
                places.append(path.name)
    return found


def sentences(source: str, name: str) -> Iterator[Message]:
    """The sentences of one source text, in order. ValueError where one is not written out as a literal."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        word = _marker(call.func)
        if word is None or (word == "count" and len(call.args) < 2):  # str.count and list.count take one
            continue
        given = [arg.value for arg in call.args[: ARGUMENTS[word]] if isinstance(arg, ast.Constant)]
        literal = [text for text in given if isinstance(text, str)]
        if len(literal) != ARGUMENTS[word]:
            raise ValueError(f"{name}:{call.lineno}: {word}() needs its sentence written out")
        yield literal[0] if len(literal) == 1 else (literal[0], literal[1])


def template() -> Catalog:
    """A catalogue of everything to translate."""
    catalogue = Catalog(project="fieldpost", creation_date=datetime(2019, 6, 1, tzinfo=UTC), fuzzy=False)
    for message, places in messages().items():
        catalogue.add(message, locations=[(f"texts/{place}", 0) for place in places])
    return catalogue


def main() -> None:
    """Write the template; give every catalogue the new sentences, untranslated, and take the dead ones out."""
    fresh = template()
    with (HERE / "fieldpost.pot").open("wb") as pot:
        write_po(pot, fresh, width=0, omit_header=True, include_lineno=False)
    for path in sorted(HERE.glob("*/LC_MESSAGES/fieldpost.po")):
        with path.open("rb") as po:
            catalogue = read_po(po, locale=path.parent.parent.name)
        catalogue.update(fresh, no_fuzzy_matching=True)
        with path.open("wb") as po:
            write_po(po, catalogue, width=0, ignore_obsolete=True, include_lineno=False)


def _marker(func: ast.expr) -> str | None:
    if isinstance(func, ast.Attribute) and func.attr in ARGUMENTS:
        return func.attr
    return "_" if isinstance(func, ast.Name) and func.id == "_" else None


if __name__ == "__main__":
    main()
