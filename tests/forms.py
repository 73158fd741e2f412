"""What the tests of forms share: answers to post, hostile ones among them, and reading what came back."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.test import Client

FRAGMENT = {"HX-Request": "true"}

HOSTILE = {
    "empty": "",
    "NUL": "a\x00b",
    "long": "x" * 10_000,
    "a huge number": "9" * 5_000,
    "a number beyond 64 bits": str(2**70),
    "negative": "-1",
    "not a number": "1e5",
    "control characters": "a\x1b[31mb\r\nc",
    "text that turns round": "abc\u202efed",
    "markup": "<script>alert(1)</script>",
    "emoji": "🚜" * 30,
}
"""Values that no field may answer with a 500, by what is wrong with them."""


def hostile_answers(good: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Good answers with each field in turn left out or hostile, each with its name."""
    for field in good:
        yield f"{field} missing", {name: value for name, value in good.items() if name != field}
        for name, value in HOSTILE.items():
            yield f"{field} {name}", dict(good) | {field: value}


def errors_of(client: Client, url: str, answers: Mapping[str, Any]) -> dict[str, list[str]]:
    """What a form that was posted says is wrong, by field; it must have been refused."""
    response = client.post(url, answers)
    assert response.status_code == 422, response.headers.get("Location")
    return {name: list(map(str, errors)) for name, errors in response.context["form"].errors.items()}
