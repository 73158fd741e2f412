"""The log's lines: JSON, and never longer than a limit, whatever a request or a traceback holds."""

import logging
from typing import Any

import structlog

MAX_BYTES = 8000
MAX_CHARACTERS = 1000
"""Of one value. A traceback may have four times as many: its end says what happened."""

_as_json = structlog.processors.JSONRenderer(ensure_ascii=False)


def render(logger: Any, name: str, event: dict[str, Any]) -> str:
    """The last processor: one line of at most MAX_BYTES."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = shortened(value, MAX_CHARACTERS * (4 if key == "exception" else 1))
    line = str(_as_json(logger, name, event))
    if len(line.encode(errors="replace")) <= MAX_BYTES:
        return line
    kept = list(event.items())[:20]
    each = MAX_BYTES // (12 * len(kept))  # a character takes up to six bytes as JSON writes it, a name takes some too
    short = {shortened(key, each): shortened(str(value), each) for key, value in kept}
    return str(_as_json(logger, name, short))


class MessageOnly(logging.Filter):
    """On a logger whose errors are a client's doing: a line without the traceback of our own code."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = record.exc_text = None
        return True


def shortened(text: str, most: int) -> str:
    """The beginning and the end of a text that is too long, with how much was left out between them."""
    if len(text) <= most:
        return text
    half = max(0, most // 2 - 15)
    return f"{text[:half]} … {len(text) - 2 * half} characters … {text[len(text) - half :]}"
