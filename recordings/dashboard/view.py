"""What a request wants to see of the dashboard."""

from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict

from recordings.dashboard.tiles import LARGEST_PAGE, PAGE_LENGTH, Show
from recordings.row_ids import read_row_id

TURN = 20
"""Seconds for which a wall display shows a page of tiles, where they do not all fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Whether it is for a wall, and which tiles."""

    is_wall: bool
    show: str
    page: int
    length: int

    @classmethod
    def read(cls, query: QueryDict, now: datetime) -> "View":
        """From query parameters; what is unreadable counts as absent.

        A wall display turns its pages by the clock, and says how many tiles `fits` on its screen.
        """
        is_wall, show = "wall" in query, query.get("show", "")
        fits = read_row_id(query.get("fits", "")) or PAGE_LENGTH
        page = int(now.timestamp()) // TURN if is_wall else read_row_id(query.get("page", "")) or 1
        return cls(
            is_wall=is_wall,
            show=show if show in Show.values else Show.ALL.value,
            page=page,
            length=min(fits, LARGEST_PAGE) if is_wall else PAGE_LENGTH,
        )
