"""A check fails closed when its anchors cannot be read, are gone, or are fewer than an earlier check saw."""

import os
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from recordings.audit_log.anchor_file import known_anchors
from recordings.audit_log.anchors import anchor_now, trouble
from recordings.audit_log.checks import request_check, run_check
from recordings.audit_log.findings import Finding
from recordings.audit_log.verify import verify
from recordings.models import AuditCheck, AuditEntry, User
from tests.factories import signed_in

from .entries import entered

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(settings: Settings, tmp_path: Path) -> Path:
    """Three anchors, seen by a check."""
    path = tmp_path / "outside" / "anchors.jsonl"
    settings.AUDIT_ANCHOR = path
    for _ in range(3):
        entered()
        anchor_now(timezone.now())
    run()
    return path


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("verify_audit", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def lines_of(file: Path) -> list[bytes]:
    return file.read_bytes().splitlines(keepends=True)


def remove(file: Path) -> None:
    file.unlink()


def put_a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def put_a_pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def lose_the_folder(file: Path) -> None:
    file.unlink()
    file.parent.rmdir()
    file.parent.write_text("a file where the folder was")


def empty(file: Path) -> None:
    file.write_bytes(b"")


def garble_one(file: Path) -> None:
    lines = lines_of(file)
    lines[1] = b'{"sequence": 1}\n'
    file.write_bytes(b"".join(lines))


def garble_all(file: Path) -> None:
    file.write_bytes(b"nonsense\n" * 4)


def remove_one(file: Path) -> None:
    lines = lines_of(file)
    file.write_bytes(b"".join(lines[:1] + lines[2:]))


def remove_the_first(file: Path) -> None:
    file.write_bytes(b"".join(lines_of(file)[1:]))


def remove_the_last(file: Path) -> None:
    file.write_bytes(b"".join(lines_of(file)[:-2]))


def repeat_one(file: Path) -> None:
    lines = lines_of(file)
    file.write_bytes(b"".join([lines[0], lines[0], *lines[2:]]))


CASES: list[tuple[Callable[[Path], None], Finding]] = [
    (remove, Finding.GONE),
    (put_a_folder, Finding.UNREADABLE),
    (put_a_pipe, Finding.UNREADABLE),
    (lose_the_folder, Finding.UNREADABLE),
    (empty, Finding.EMPTIED),
    (garble_one, Finding.GARBLED),
    (garble_all, Finding.GARBLED),
    (remove_one, Finding.MISSING),
    (remove_the_first, Finding.MISSING),
    (remove_the_last, Finding.MISSING),
    (repeat_one, Finding.MISSING),
]


@pytest.mark.parametrize(("spoil", "finding"), CASES)
def test_anchors_that_do_not_vouch_fail_the_command_with_2_each_time_in_words(
    file: Path, spoil: Callable[[Path], None], finding: Finding
) -> None:
    spoil(file)
    for _time in range(2):
        with pytest.raises(CommandError, match=f"{finding.value}.*are known from earlier checks") as raised:
            run()
        assert raised.value.returncode == 2
    assert AuditEntry.objects.latest("sequence").after["finding"] == finding.value
    assert AuditEntry.objects.latest("sequence").after["anchors_known"] >= 3


@pytest.mark.parametrize(("spoil", "finding"), CASES)
def test_anchors_that_do_not_vouch_fail_the_page_too(
    file: Path, spoil: Callable[[Path], None], finding: Finding, auditor: User
) -> None:
    spoil(file)
    check = request_check(actor=auditor)
    run_check(check.pk, timezone.now())
    assert AuditCheck.objects.get().finding == finding.value
    browser = signed_in(auditor)
    for page in ("/audit/", "/audit/checks/"):
        shown = browser.get(page).content.decode()
        assert str(finding.label) in shown
        assert "do not confirm" in shown
        assert "None" not in shown


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_the_right_to_read_it_fails_the_check(file: Path) -> None:
    file.chmod(0)
    assert verify().finding is Finding.UNREADABLE


def test_a_break_in_the_trail_is_reported_before_its_anchors(file: Path) -> None:
    remove(file)
    AuditEntry.objects.filter(sequence=2).update(reason="edited")
    with pytest.raises(CommandError, match="broken at entry 2") as raised:
        run()
    assert raised.value.returncode == 1


@pytest.mark.parametrize("spoil", [remove, empty])
def test_no_new_file_begins_by_itself_where_a_check_saw_one(file: Path, spoil: Callable[[Path], None]) -> None:
    spoil(file)
    entered()
    anchor_now(timezone.now())
    assert known_anchors() == []
    assert "4 in it" in trouble() or "3 in it" in trouble()


def test_a_new_file_begins_when_a_person_says_so_and_why(file: Path) -> None:
    with pytest.raises(CommandError, match="it holds lines"):
        run("--begin-anchors", "restored")
    file.rename(file.with_suffix(".kept"))
    assert "intact" in run("--begin-anchors", "restored from the backup of Monday")
    assert AuditEntry.objects.get(action="audit.anchors_begun").reason == "restored from the backup of Monday"
    assert [anchor.number for anchor in known_anchors()] == [1]
    assert "intact" in run()


def test_a_file_of_another_machine_is_counted_by_itself(file: Path, settings: Settings, tmp_path: Path) -> None:
    settings.AUDIT_ANCHOR = tmp_path / "of another machine.jsonl"
    entered()
    anchor_now(timezone.now())
    assert len(known_anchors()) == 1
    assert verify().finding is None


def test_a_trail_that_never_had_anchors_needs_none(settings: Settings, tmp_path: Path) -> None:
    settings.AUDIT_ANCHOR = tmp_path / "none"
    entered()
    assert verify().finding is None
