"""`manage.py verify_audit`: figures, the exit status, and anchors that were kept elsewhere."""

import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from recordings.audit_log.anchor_file import known_anchors
from recordings.models import AuditEntry, AuditHead

from .entries import entered

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("verify_audit", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_a_whole_trail_is_reported_with_its_figures_recorded_and_anchored() -> None:
    entered()
    entered()
    assert run() == "The trail is intact: 2 entries, 0 anchors.\n"
    entry = AuditEntry.objects.latest("sequence")
    assert entry.action == "audit.checked"
    assert {name: entry.after[name] for name in ("entries", "anchors", "anchors_known")} == {
        "entries": 2, "anchors": 0, "anchors_known": 0,
    }  # fmt: skip
    assert [anchor.sequence for anchor in known_anchors()] == [3]


def test_a_broken_trail_exits_with_1_and_says_where() -> None:
    entered()
    entered()
    AuditEntry.objects.filter(sequence=2).update(reason="edited")
    with pytest.raises(CommandError, match="broken at entry 2: edited") as raised:
        run()
    assert raised.value.returncode == 1
    assert known_anchors() == []
    assert AuditEntry.objects.latest("sequence").after["finding"] == "edited"


def test_an_anchor_that_was_kept_elsewhere_is_held_against_the_trail() -> None:
    first = entered()
    assert "1 anchors" in run("--anchor", f"1:{first.mac}")
    AuditEntry.objects.all().delete()
    AuditHead.objects.all().delete()
    with pytest.raises(CommandError, match="cut"):
        run("--anchor", f"1:{first.mac}")


@pytest.mark.parametrize("anchor", ["", "1", "1:xyz", "x:" + "0" * 64, "1:" + "0" * 63])
def test_what_is_no_anchor_is_refused(anchor: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="SEQUENCE:MAC"):
        run("--anchor", anchor)
    assert sys.argv
