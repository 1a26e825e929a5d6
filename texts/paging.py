"""Turning the pages of a message."""

from collections.abc import Callable

from domain.message import Button
from domain.payload import Payload


def paging(page: int, pages: int, to: Callable[[int], Payload]) -> tuple[Button, ...]:
    """To the pages before and after this one, which count from 0; nothing if there is only one."""
    before = (Button(f"◀ {page}/{pages}", to(page - 1)),) if page > 0 else ()
    after = (Button(f"{page + 2}/{pages} ▶", to(page + 1)),) if page + 1 < pages else ()
    return (*before, *after)
