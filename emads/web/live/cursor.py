"""How far a page has followed: one position in each of the rows it hears about."""

import re
from typing import NamedTuple, Self

WRITTEN = re.compile(r"a:(\d{1,18}),b:(\d{1,18}),c:(\d{1,18}),n:(\d{1,18}),m:(\d{1,18})", re.ASCII)


class Cursor(NamedTuple):
    """The newest row seen of each kind; written a:1,b:2,c:3,n:4,m:5 it is the id of an event."""

    arrivals: int = 0
    alerts: int = 0
    changes: int = 0  # what people did about alerts
    notices: int = 0
    messages: int = 0

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The cursor in an event id; None if it is none of ours."""
        found = WRITTEN.fullmatch(text)
        return cls(*(int(part) for part in found.groups())) if found else None

    def __str__(self) -> str:
        return ",".join(f"{letter}:{row}" for letter, row in zip("abcnm", self, strict=True))

    def goes_beyond(self, other: "Cursor") -> bool:
        """Whether any position is larger: rows that do not exist here."""
        return any(mine > theirs for mine, theirs in zip(self, other, strict=True))
