"""The icons of the pages: one sprite, drawn from the lucide package."""

import pytest
from django.template import engines

from recordings.templatetags.icons import sprite
from trroadmin.settings import BASE_DIR


def render(source: str) -> str:
    return engines["django"].from_string(source).render({})


def test_the_sprite_is_what_the_package_draws() -> None:
    assert (BASE_DIR / "static" / "icons.svg").read_text() == sprite()


def test_an_icon_names_its_drawing_and_repeats_nothing() -> None:
    assert render('{% lucide "copy" size=18 %}') == (
        '<svg width="18" height="18" aria-hidden="true"><use href="/static/icons.svg#copy"/></svg>'
    )


def test_an_icon_that_the_sprite_lacks_is_an_error() -> None:
    with pytest.raises(KeyError, match="ICONS"):
        render('{% lucide "no-such-icon" %}')
