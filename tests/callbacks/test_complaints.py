"""Complaints about callbacks are stored in English and read in the reader's language."""

import re
from pathlib import Path

import pytest
from django.utils.translation import override

from recordings.lifecycle.callback_complaints import ABOUT_A_FIELD, WHOLE, translate_complaint
from recordings.trro import callback


def test_every_complaint_of_the_reader_is_known() -> None:
    source = Path(callback.__file__).read_text(encoding="utf-8")
    made = re.findall(r'(?:add\(f?|complaint=)"([^"]+)"', source)
    assert len(made) > 8
    for words in made:
        assert words in WHOLE or words.partition(" ")[2] in ABOUT_A_FIELD, words


@pytest.mark.parametrize(
    ("stored", "english", "chinese"),
    [
        ("the body is not JSON", "the body is not JSON", "内容不是 JSON"),
        ("Status is not a number", "Status is not a number", "Status 不是数字"),
        ("something of another version", "something of another version", "something of another version"),
        ("", "", ""),
    ],
)
def test_a_complaint_is_read_in_the_language_of_the_page(stored: str, english: str, chinese: str) -> None:
    with override("en"):
        assert translate_complaint(stored) == english
    with override("zh-hans"):
        assert translate_complaint(stored) == chinese
