"""What can be a TaskId or RequestId."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.trro.outcome import Accepted, Refused, Unknown, is_id

PRINTABLE = string.ascii_letters + string.digits + string.punctuation


@given(st.text(alphabet=PRINTABLE, min_size=1, max_size=512))
def test_printable_ascii_up_to_512_characters_is_an_id(text: str) -> None:
    assert is_id(text)


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "a b",
        "a\n",
        "\ta",
        "a\x7f",
        "a\x00",
        "é",
        "任务",
        "a\u200b",
        "x" * 513,
        None,
        7,
        1.5,
        True,
        [],
        {},
        b"a",
    ],
)
def test_anything_else_is_no_id(value: object) -> None:
    assert not is_id(value)


@given(st.text())
def test_only_printable_ascii_is_an_id(text: str) -> None:
    assert is_id(text) == (0 < len(text) <= 512 and all("!" <= character <= "~" for character in text))


@pytest.mark.parametrize(
    "outcome",
    [Accepted(request_id="r", response={}), Refused(code="c", message=""), Unknown(code="c", message="")],
)
def test_outcomes_do_not_change(outcome: object) -> None:
    with pytest.raises((AttributeError, TypeError)):
        outcome.request_id = "another"  # type: ignore[attr-defined]
