"""A language to speak to a person in: gettext catalogues, CLDR dates, and the escaping of what people typed."""

import html
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).parent / "locale"
SOURCE_LANGUAGE = "en"


class Html(str):
    """Text that is Telegram HTML already and must not be escaped again."""

    __slots__ = ()


def escape(text: str) -> Html:
    """What somebody typed, as Telegram HTML that shows just that."""
    return Html(html.escape(text, quote=False))


@dataclass(frozen=True)
class Tongue:
    """Speaks one language. `say` gives Telegram HTML, `label` gives the plain text of a button."""

    language: str
    catalogue: NullTranslations = field(repr=False)

    @cached_property
    def locale(self) -> Locale:
        """CLDR's data for the language."""
        return Locale.parse(self.language)

    def say(self, text: str, /, **values: object) -> Html:
        """The sentence with its values filled in; values that are not Html are escaped."""
        return Html(self.catalogue.gettext(text).format(**_escaped(values)))

    def count(self, one: str, many: str, n: int, /, **values: object) -> Html:
        """The sentence in the grammatical number of `n`, which is filled in as {n}."""
        return Html(self.catalogue.ngettext(one, many, n).format(n=n, **_escaped(values)))

    def label(self, text: str, /, **values: object) -> str:
        """A short plain text: no markup, no escaping."""
        return self.catalogue.gettext(text).format(**values)

    def time(self, moment: datetime, zone: ZoneInfo) -> str:
        """Hour and minute there, on a clock of 24 hours: missions do not say "pm"."""
        return moment.astimezone(zone).strftime("%H:%M")

    def day(self, day: date) -> str:
        """A full date with its weekday."""
        return format_date(day, "full", locale=self.locale)

    def month(self, day: date) -> str:
        """The month and its year."""
        return format_skeleton("yMMMM", datetime(day.year, day.month, 1), locale=self.locale)  # noqa: DTZ001

    def short_day(self, day: date) -> str:
        """Day and month."""
        return format_skeleton("MMMd", datetime(day.year, day.month, day.day), locale=self.locale)  # noqa: DTZ001


class Tongues:
    """The mission's languages, its own first."""

    def __init__(self, languages: tuple[str, ...]) -> None:
        """Read the catalogues. LookupError names a language that has none."""
        unknown = [language for language in languages if language not in available_languages()]
        if unknown:
            raise LookupError(unknown[0])
        self._tongues = {language: Tongue(language, _catalogue(language)) for language in languages}
        self.default = self._tongues[languages[0]]

    def of(self, *wanted: str | None) -> Tongue:
        """The first of the wanted languages that the mission speaks ("kk-KZ" counts as "kk"), else its own."""
        for language in wanted:
            tongue = self._tongues.get((language or "").partition("-")[0].lower())
            if tongue is not None:
                return tongue
        return self.default

    def all(self) -> list[Tongue]:
        """Every language of the mission."""
        return list(self._tongues.values())


def available_languages() -> list[str]:
    """Languages that have a catalogue."""
    return sorted({SOURCE_LANGUAGE, *(path.parent.parent.name for path in LOCALE.glob("*/LC_MESSAGES/fieldpost.po"))})


def _catalogue(language: str) -> NullTranslations:
    if language == SOURCE_LANGUAGE:
        return NullTranslations()
    with (LOCALE / language / "LC_MESSAGES" / "fieldpost.po").open("rb") as po:
        catalogue = read_po(po, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


def _escaped(values: dict[str, object]) -> dict[str, object]:
    return {
        name: value if isinstance(value, Html | int | float) else escape(str(value)) for name, value in values.items()
    }
