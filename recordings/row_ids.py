"""Row ids in addresses and parameters: no greater than the database can hold."""

import re

GREATEST = 2**63 - 1
"""Of a BigAutoField, in SQLite and in PostgreSQL. A greater number in a query is an error of the database's driver."""
DIGITS = re.compile(r"[0-9]{1,19}")


class RowId:
    """Django's path converter `<row:pk>`: a number that no row can have answers 404."""

    regex = DIGITS.pattern

    def to_python(self, value: str) -> int:
        """Raises ValueError for too great a number: Django answers 404."""
        number = read_row_id(value)
        if number is None:
            raise ValueError("greater than any row's number")
        return number

    def to_url(self, value: int) -> str:
        return str(value)


def read_row_id(text: str) -> int | None:
    """The row id that this text contains; None for any other text."""
    if not DIGITS.fullmatch(text):
        return None
    number = int(text)
    return number if number <= GREATEST else None
