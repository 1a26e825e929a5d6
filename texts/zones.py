"""Time zones as people name them."""

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.dates import get_timezone_gmt, get_timezone_location

from domain.faults import is_zone
from texts.tongue import Tongue

MOST_FOUND = 8


def zone_city(t: Tongue, zone: str) -> str:
    """The city by which the zone is known, in the reader's language."""
    return _city(zone, t.language)


def zone_label(t: Tongue, zone: str, now: datetime) -> str:
    """City and distance from UTC at this moment."""
    moment = now.astimezone(ZoneInfo(zone))
    return f"{_city(zone, t.language)} ({get_timezone_gmt(moment, locale=t.locale)})"


def find_zones(languages: tuple[str, ...], text: str) -> list[str]:
    """Zones that somebody may mean: an IANA name, or a city (or its beginning) in any of these languages or English."""
    wanted = " ".join(text.split()).casefold()
    exact = next((zone for zone in available_timezones() if zone.casefold() == wanted.replace(" ", "_")), None)
    if exact is not None and is_zone(exact):
        return [exact]
    if len(wanted) < 2:
        return []
    names = [_cities(language) for language in dict.fromkeys((*languages, "en"))]
    whole = {zone for cities in names for city, zone in cities if city == wanted}
    begun = {zone for cities in names for city, zone in cities if city.startswith(wanted)}
    return _one_a_city(sorted(whole or begun))[:MOST_FOUND]


def _one_a_city(zones: list[str]) -> list[str]:
    """Without the aliases of a zone (US/Eastern), which would be shown under the same name twice."""
    kept: dict[str, str] = {}
    for zone in zones:
        city = _city(zone, "en")
        if city not in kept or zone.rpartition("/")[2].replace("_", " ") == city:
            kept[city] = zone
    return sorted(kept.values())


@cache
def _cities(language: str) -> tuple[tuple[str, str], ...]:
    zones = [zone for zone in sorted(available_timezones()) if "/" in zone and is_zone(zone)]
    named = [(_city(zone, language).casefold(), zone) for zone in zones if not zone.startswith(("Etc/", "SystemV/"))]
    return tuple(named) + tuple(
        (zone.rpartition("/")[2].replace("_", " ").casefold(), zone) for zone in zones if not zone.startswith("Etc/")
    )


@cache
def _city(zone: str, language: str) -> str:
    return get_timezone_location(ZoneInfo(zone), locale=Locale.parse(language), return_city=True)
