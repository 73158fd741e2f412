"""What is pasted along with an id does not hide what it names."""

import pytest
from django.core.exceptions import ValidationError

from recordings.pasted import IdField, PastedField, clean_pasted, clean_pasted_id

TASK = "-kGnJZk4L+/wB2_x.9=="


@pytest.mark.parametrize(
    "pasted",
    [
        f"\u200b{TASK}", f"{TASK}\ufeff", f"\ufeff{TASK}\u200b", f"{TASK[:5]}\u200b{TASK[5:]}", f"\u2060{TASK}\u00ad",
        f'"{TASK}"', f"'{TASK}'", f"'{TASK}", f"“{TASK}”", f"‘{TASK}’", f"„{TASK}“", f"「{TASK}」", f"『{TASK}』",
        f"«{TASK}»", f"＂{TASK}＂", f"`{TASK}`", f'"{TASK}",', f'"{TASK}";', f"“\u200b{TASK}”，", f'"“{TASK}”"',
        f"{TASK}\r\n", f"{TASK[:7]}\n{TASK[7:]}", f"{TASK[:7]} {TASK[7:]}", f"\t{TASK}\t", f"\u00a0{TASK}\u202f",
        f"\u3000{TASK}\u3000", f" ' \u200b{TASK} ' ", f"\u202a{TASK}\u202c",
    ],
)  # fmt: skip
def test_what_comes_along_with_an_id_is_taken_away(pasted: str) -> None:
    assert clean_pasted_id(pasted) == TASK
    assert IdField().clean(pasted) == TASK


def test_signs_that_belong_to_an_id_stay() -> None:
    for char in map(chr, range(0x21, 0x7F)):
        if char not in "\"'`":
            assert clean_pasted_id(f"{char}abc{char}") == f"{char}abc{char}"


def test_full_width_letters_of_an_input_method_are_the_same_id() -> None:
    assert clean_pasted_id("ＴＲＵＣＫ＿０１１") == "TRUCK_011"


@pytest.mark.parametrize("between", [" ", "\n", "\r\n", "\t", "\u00a0", "\u3000", " \u200b "])
def test_words_stay_apart_whatever_space_is_between_them(between: str) -> None:
    assert clean_pasted(f"\ufeff 矿卡{between}7 ") == "矿卡 7"
    assert PastedField().clean(f"“矿卡{between}7”") == "矿卡 7"


@pytest.mark.parametrize("pasted", ["", " ", "\u200b", '""', "“”", "\u3000'\u3000"])
def test_nothing_is_left_of_what_has_no_letters(pasted: str) -> None:
    assert clean_pasted(pasted) == clean_pasted_id(pasted) == ""


@pytest.mark.parametrize("field", [PastedField(), IdField()])
def test_a_nul_is_refused_and_not_taken_away(field: PastedField | IdField) -> None:
    with pytest.raises(ValidationError):
        field.clean("a\0b")
