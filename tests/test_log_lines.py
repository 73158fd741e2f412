"""No line of the log is longer than 8 kB, and what keeps failing is logged once a minute."""

import json
import logging.config

import pytest
from django.conf import settings as configured
from django.test import Client

from recordings.log_lines import MAX_BYTES, render
from recordings.rate_limited_log import PAUSE, QueueTrouble, Rarely


@pytest.mark.parametrize(
    "event",
    [
        {"event": "x" * 100_000},
        {"event": "录" * 100_000, "user_agent": "\x01" * 20_000},
        {"event": "e", "exception": "Traceback\n" + "\x00" * 90_000 + "ValueError: the end"},
        {"event": "e", "values": ["\U0001f600" * 50_000]},
        {f"name{number}": "\x02" * 3000 for number in range(200)},
        {"n" * 20_000: "\x02" * 3000},
        {"event": "\ud800" * 20_000},
    ],
)
def test_a_line_has_at_most_8_kb_and_is_json(event: dict[str, object]) -> None:
    line = render(None, "info", dict(event))
    assert len(line.encode(errors="replace")) <= MAX_BYTES
    assert "\n" not in line
    assert json.loads(line)


def test_a_short_line_stays_as_it_is_and_a_traceback_keeps_its_end() -> None:
    assert json.loads(render(None, "info", {"event": "e", "times": 3})) == {"event": "e", "times": 3}
    line = json.loads(render(None, "info", {"event": "e", "exception": "x" * 90_000 + "ValueError: the end"}))
    assert line["exception"].endswith("ValueError: the end")


def test_the_configured_log_writes_such_lines(capfd: pytest.CaptureFixture[str]) -> None:
    logging.config.dictConfig(configured.LOGGING)
    logging.getLogger("anything").error("y" * 50_000)
    lines = capfd.readouterr().err.splitlines()
    assert lines
    assert max(map(len, lines)) <= MAX_BYTES


def test_one_line_a_minute_and_it_says_how_many_were_left_out() -> None:
    now = [100.0]
    rarely = Rarely(clock=lambda: now[0])
    assert [rarely.due("a") for _ in range(4)] == [0, None, None, None]
    assert rarely.due("b") == 0
    now[0] += PAUSE
    assert rarely.due("a") == 3
    now[0] += PAUSE
    assert rarely.due("a") == 0


def test_a_queue_that_does_not_answer_is_logged_once_and_without_a_traceback() -> None:
    lines = QueueTrouble()

    def record(name: str, error: Exception) -> logging.LogRecord:
        exc_info = (type(error), error, None)
        return logging.LogRecord(name, logging.ERROR, "", 1, "Error reading from queue", None, exc_info)

    written = [record("huey.consumer.Worker", ConnectionError("refused")) for _ in range(100)]
    kept = [each for each in written if lines.filter(each)]
    assert [each.getMessage() for each in kept] == ["Error reading from queue: ConnectionError: refused (0 left out)"]
    assert kept[0].exc_info is None
    assert all(lines.filter(record("recordings.worker", ValueError())) for _ in range(3))


def test_an_unknown_host_is_logged_in_one_line_without_a_traceback(
    client: Client, capfd: pytest.CaptureFixture[str]
) -> None:
    logging.config.dictConfig(configured.LOGGING)
    assert client.get("/login/", headers={"host": "evil.example"}).status_code == 400
    (line,) = [line for line in capfd.readouterr().err.splitlines() if "evil.example" in line]
    assert "exception" not in json.loads(line)
