"""Every format, read back as other programs do, with texts that try to be formulas, and ids that look like some."""

from collections.abc import Sequence

import pytest
from django.utils import timezone

from recordings.exports.cells import FORMULA
from recordings.exports.paths import file_of
from recordings.models import ApiCall, Device, Export, Recording, StorageCredential, User
from recordings.text import escape_hidden, is_showable
from tests.audit.entries import entered

from .conftest import HOSTILE, IDS, ask, make_recording
from .readers import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def hostile(operator: User, device: Device, storage: StorageCredential) -> list[Recording]:
    """One recording for each hostile text and id, oldest first."""
    made = [
        make_recording(operator, device, storage, error_message=text, task_id=f"-{number}")
        for number, text in enumerate(HOSTILE)
    ]
    made += [make_recording(operator, device, storage, task_id=id_, request_id=id_) for id_ in IDS]
    for recording in made:
        ApiCall.objects.create(
            account=recording.account, recording=recording, action="CreateCloudRecording", outcome="accepted",
            task_id=recording.task_id, request_id=recording.request_id, code="", message=recording.error_message,
            lease_until=timezone.now(), created_at=timezone.now(), closed_at=timezone.now(),
        )  # fmt: skip
    return made


def messages(export: Export) -> Sequence[str]:
    return [row["error_message"] for row in reversed(read(export))][: len(HOSTILE)]


def ids(export: Export, name: str = "task_id") -> Sequence[str]:
    return [row[name] for row in reversed(read(export))][-len(IDS) :]


def test_csv_texts_are_inert_and_nothing_hides(hostile: list[Recording], operator: User) -> None:
    found = messages(ask(operator))
    for before, after in zip(HOSTILE, found, strict=True):
        assert after == ("'" if before.startswith(FORMULA) else "") + escape_hidden(before)
        assert not after.startswith(FORMULA)
        assert all(map(is_showable, after))


def test_csv_ids_of_the_vendors_alphabet_are_exact_and_no_others_are_formulas(
    hostile: list[Recording], operator: User
) -> None:
    export = ask(operator)
    expected = ["-=1+1", "-abc+/==", "+x", "'=HYPERLINK(1)", "'@x", "'-'%{}|`\\", "plain", "_x0041_"]
    assert ids(export) == ids(export, "request_id") == expected


def test_csv_begins_with_the_mark_that_excel_knows(
    hostile: list[Recording], operator: User, exports_dir: object
) -> None:
    assert file_of(ask(operator)).read_bytes().startswith(b"\xef\xbb\xbfid,reference,project_id,")


def test_excel_cells_are_strings_and_ids_are_exact(hostile: list[Recording], operator: User) -> None:
    export = ask(operator, format="xlsx")
    assert ids(export) == ids(export, "request_id") == list(IDS)
    for before, after in zip(HOSTILE, messages(export), strict=True):
        assert after == escape_hidden(before)


def test_json_lines_are_exact_to_the_last_character(hostile: list[Recording], operator: User) -> None:
    export = ask(operator, format="jsonl")
    assert messages(export) == list(HOSTILE)
    assert ids(export) == list(IDS)
    for row in read(export):
        (call,) = row["calls"]
        assert (call["task_id"], call["request_id"]) == (row["task_id"], row["request_id"])
        assert call["message"] == row["error_message"]


@pytest.mark.parametrize("format", Export.Format.values)
def test_the_trail_is_inert_too(auditor: User, format: str) -> None:
    for text in HOSTILE:
        entered(target=text, reason=text, before={text: text}, after={text: [text]})
    rows = list(reversed(read(ask(auditor, "trail", format))))[: len(HOSTILE)]
    for text, row in zip(HOSTILE, rows, strict=True):
        written = {
            "csv": ("'" if text.startswith(FORMULA) else "") + escape_hidden(text),
            "xlsx": escape_hidden(text),
            "jsonl": text,
        }
        assert row["target"] == row["reason"] == written[format]
        assert row["after"] == {text: [text]} if format == "jsonl" else not row["after"].startswith(FORMULA)
