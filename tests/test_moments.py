"""Points in time as pages show them."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.template import engines
from django.utils import timezone, translation

NOW = datetime(2026, 11, 28, 12, 4, 18, tzinfo=UTC)  # 20:04:18 in the pages' time zone


def shown(value: datetime | None, form: str = "") -> str:
    source = f"{{% moment value {form} %}}"
    with time_machine.travel(NOW, tick=False):
        return engines["django"].from_string(source).render({"value": value})


def text(value: datetime, form: str = "") -> str:
    return shown(value, form).partition(">")[2].removesuffix("</time>")


@pytest.mark.parametrize(
    ("age", "english", "chinese"),
    [
        (timedelta(seconds=59), "just now", "刚刚"),
        (timedelta(minutes=3, seconds=50), "3 min ago", "3 分钟前"),
        (timedelta(minutes=60), "19:04", "19:04"),
        (timedelta(hours=21), "27 Nov 23:04", "11月27日 23:04"),
        (timedelta(days=400), "24 Oct 2025", "2025年10月24日"),
        (-timedelta(seconds=4), "just now", "刚刚"),
        (-timedelta(minutes=2, seconds=1), "in 3 min", "3 分钟后"),
    ],
)
def test_a_moment_is_as_short_as_is_clear(age: timedelta, english: str, chinese: str) -> None:
    assert text(NOW - age) == english
    with translation.override("zh-hans"):
        assert text(NOW - age) == chinese


def test_a_moment_carries_its_full_time_with_the_zone() -> None:
    at = NOW - timedelta(minutes=3)
    assert shown(at) == (
        '<time datetime="2026-11-28T20:01:18+08:00" title="2026-11-28 20:01:18 UTC+8" data-moment="relative">'
        "3 min ago</time>"
    )
    with timezone.override("America/St_Johns"):
        assert 'title="2026-11-28 08:31:18 UTC-3:30"' in shown(at)


def test_a_moment_can_be_shown_in_full_and_never_ticks_then() -> None:
    at = NOW - timedelta(minutes=3)
    assert (text(at, "'absolute'"), text(at, "'clock'")) == ("2026-11-28 20:01:18", "20:01:18")
    assert 'data-moment="relative"' not in shown(at, "'absolute'")
    assert shown(None) == "–"
