"""The spill file: answers survive in it, a full one falls back to the log, and what is taken in is forgotten."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from recordings import spill
from recordings.trro.outcome import Accepted, Outcome, Refused, Unknown

OPENED_AT = datetime(2025, 3, 18, 9, 30, 0, 123456, tzinfo=UTC)
ANSWERS: list[Outcome] = [
    Accepted(task_id="-a+b/c", request_id="r1", response={}),
    Refused(code="InternalError", message="服务内部错误", request_id="r2"),
    Unknown(code="AnswerLost.Reset", message="x" * 1000),
]


@pytest.fixture(autouse=True)
def own_file(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path


def taken() -> list[tuple[int, Outcome]]:
    kept: list[tuple[int, Outcome]] = []
    spill.restore(lambda call_id, _opened_at, outcome: kept.append((call_id, outcome)))
    return kept


def test_answers_come_back_as_they_went_in_and_only_once() -> None:
    for number, answer in enumerate(ANSWERS):
        spill.keep(call_id=number, opened_at=OPENED_AT, outcome=answer)
    assert taken() == list(enumerate(ANSWERS))
    assert taken() == []


def test_the_file_has_its_full_size_before_it_is_needed() -> None:
    spill.prepare()
    assert spill.path().stat().st_size == spill.SLOTS * spill.SLOT_BYTES
    assert spill.path().stat().st_blocks * 512 >= spill.SLOTS * spill.SLOT_BYTES


def test_an_answer_that_cannot_be_stored_stays_for_the_next_time() -> None:
    spill.keep(call_id=1, opened_at=OPENED_AT, outcome=ANSWERS[0])

    def fails(call_id: int, opened_at: datetime, outcome: Outcome) -> None:
        raise OSError("still locked")

    with pytest.raises(OSError, match="still locked"):
        spill.restore(fails)
    assert taken() == [(1, ANSWERS[0])]


def test_one_answer_that_cannot_be_stored_does_not_hold_up_the_others() -> None:
    for number, answer in enumerate(ANSWERS):
        spill.keep(call_id=number, opened_at=OPENED_AT, outcome=answer)
    kept: list[int] = []

    def fails_for_the_first(call_id: int, opened_at: datetime, outcome: Outcome) -> None:
        if call_id == 0:
            raise ValueError("gone")
        kept.append(call_id)

    with pytest.raises(ValueError, match="gone"):
        spill.restore(fails_for_the_first)
    assert kept == [1, 2]
    assert [call_id for call_id, _ in taken()] == [0]


def test_an_answer_is_kept_while_another_is_being_stored() -> None:
    spill.keep(call_id=0, opened_at=OPENED_AT, outcome=ANSWERS[0])

    def slow(call_id: int, opened_at: datetime, outcome: Outcome) -> None:
        spill.keep(call_id=1, opened_at=OPENED_AT, outcome=ANSWERS[1])  # would wait for ever on a lock that is held

    assert spill.restore(slow) == 1
    assert taken() == [(1, ANSWERS[1])]


def test_two_that_take_in_the_same_answer_lose_none_that_came_into_its_place() -> None:
    spill.keep(call_id=0, opened_at=OPENED_AT, outcome=ANSWERS[0])

    def overtaken(call_id: int, opened_at: datetime, outcome: Outcome) -> None:
        assert taken() == [(0, ANSWERS[0])]
        spill.keep(call_id=1, opened_at=OPENED_AT, outcome=ANSWERS[1])

    spill.restore(overtaken)
    assert taken() == [(1, ANSWERS[1])]


def test_a_full_file_leaves_one_error_line_with_the_task_id(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spill, "SLOTS", 1)
    for number in range(2):
        spill.keep(call_id=number, opened_at=OPENED_AT, outcome=ANSWERS[0])
    errors = [record for record in caplog.records if record.levelname == "ERROR"]
    assert len(errors) == 1
    assert "-a+b/c" in json.dumps(errors[0].msg, default=str)


def test_a_folder_that_cannot_be_written_is_no_exception(settings: Settings, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path / "file"
    settings.VAR_DIR.write_text("in the way")
    spill.keep(call_id=1, opened_at=OPENED_AT, outcome=ANSWERS[0])
