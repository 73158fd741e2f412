"""The writers of the three formats, where a file cannot take what they write."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pytest
from django.utils import timezone

from recordings.exports import build, writers
from recordings.models import Device, Export, StorageCredential, User
from recordings.worker.cycle import run_cycle

from .conftest import ask, make_recording
from .test_build import left_over

pytestmark = pytest.mark.django_db


@contextmanager
def on_a_full_disk(path: Path) -> Iterator[BinaryIO]:
    with Path("/dev/full").open("r+b") as file:
        yield file


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # of a ZipFile that could not end
@pytest.mark.parametrize("format", Export.Format.values)
def test_every_format_tells_of_a_disk_that_really_is_full(
    large: Export, exports_dir: Path, monkeypatch: pytest.MonkeyPatch, format: str
) -> None:
    monkeypatch.setattr(build, "new_file", on_a_full_disk)
    Export.objects.update(format=format)
    run_cycle(timezone.now())
    large.refresh_from_db()
    assert (large.state, large.error) == ("failed", "disk_full")
    assert left_over(exports_dir) == []


def test_excels_limits_are_explained_clearly(
    operator: User, device: Device, storage: StorageCredential, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_recording(operator, device, storage, error_message="x" * 32_767)
    assert ask(operator, format="xlsx").state == "ready"
    make_recording(operator, device, storage, error_message="\U0001f69c" * 16_384)
    assert ask(operator, format="xlsx").error == "cell_too_long error_message 1"
    assert ask(operator, format="csv").state == "ready"
    monkeypatch.setattr(writers, "EXCEL_ROWS", 1)
    assert ask(operator, format="xlsx", query="state=ended").error in {"too_many_rows", "cell_too_long error_message 1"}
