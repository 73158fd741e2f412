"""An export hides no more than a page: also a letter of which nothing is seen is written as its number."""

from recordings.exports.cells import CellType, as_text


def test_a_blank_letter_is_written_as_its_number() -> None:
    assert as_text(CellType.TEXT, "admin\u3164") == "admin\\u3164"
    assert as_text(CellType.TEXT, "矿卡 7") == "矿卡 7"
