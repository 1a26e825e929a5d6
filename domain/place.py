"""Places: distances, and coordinates that somebody typed."""

import re
from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius (IUGG), metres."""

_PAIR = re.compile(r"^\s*\(?\s*(-?\d{1,2}(?:\.\d+)?)\s*[,;\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*\)?\s*$")


def metres_between(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> int:
    """Great-circle distance in whole metres (haversine; good to half a percent)."""
    phi_a, phi_b = radians(lat_a), radians(lat_b)
    h = sin((phi_b - phi_a) / 2) ** 2 + cos(phi_a) * cos(phi_b) * sin(radians(lon_b - lon_a) / 2) ** 2
    return round(2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(h))))


def typed_coordinates(text: str) -> tuple[float, float] | None:
    """Latitude and longitude when the text is nothing but such a pair ("51.128, 71.43"), else None."""
    match = _PAIR.match(text)
    if match is None:
        return None
    lat, lon = float(match[1]), float(match[2])
    return (lat, lon) if abs(lat) <= 90 and abs(lon) <= 180 else None
