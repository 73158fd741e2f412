"""Which responses are compressed, and which never."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import get_resolver

from recordings.lifecycle.start import build_recording
from recordings.models import Device, StorageCredential, User
from recordings.web.compression import SHOWS_A_SECRET
from tests.factories import signed_in
from tests.lifecycle.start_requests import start_request

pytestmark = pytest.mark.django_db
GZIP = {"Accept-Encoding": "gzip, br"}


def encoding(browser: Client, path: str) -> str:
    return str(browser.get(path, headers=GZIP).headers.get("Content-Encoding", "none"))


def test_a_list_is_compressed_for_a_browser_that_takes_it(operator: User) -> None:
    browser = signed_in(operator)
    response = browser.get("/recordings/", headers=GZIP)
    assert response.headers["Content-Encoding"] == "gzip"
    assert b"</html>" in gzip.decompress(response.content)
    assert "Accept-Encoding" in response.headers["Vary"]
    assert b"</html>" in browser.get("/recordings/").content


def test_the_sign_in_is_compressed(client: Client) -> None:
    assert encoding(client, "/login/") == "gzip"


@pytest.mark.parametrize("path", ["/you/", "/you/factors/", "/you/factors/app/", "/you/factors/codes/"])
def test_a_page_of_oneself_is_never_compressed(admin: User, path: str) -> None:
    assert encoding(signed_in(admin), path) == "none"


def test_a_page_that_may_show_a_password_link_is_never_compressed(admin: User) -> None:
    assert encoding(signed_in(admin), admin.get_absolute_url()) == "none"


def test_the_names_of_pages_with_secrets_exist() -> None:
    assert set(get_resolver().reverse_dict) >= SHOWS_A_SECRET


def test_a_bundle_is_served_as_one_file(client: Client) -> None:
    found = finders.find("css/bundles/frame.css")
    assert isinstance(found, str)
    response = client.get("/static/css/bundles/frame.css", headers=GZIP)
    assert response.headers["Content-Encoding"] == "gzip"
    served = gzip.decompress(b"".join(response.streaming_content))  # type: ignore[attr-defined]
    assert b".skip" in served
    assert b"@import" not in served


def test_the_history_loads_first_in_at_most_12_requests_and_100_kb_and_later_in_15_kb(
    operator: User, device: Device, storage: StorageCredential
) -> None:
    for number in range(50):
        fields = {"state": "ended", "task_id": f"-task-{number}", "request_id": f"req-{number}"}
        recording = build_recording(actor=operator, request=start_request(device, storage))
        for name, value in fields.items():
            setattr(recording, name, value)
        recording.save()
    page = signed_in(operator).get("/recordings/", headers=GZIP).content
    files = set(re.findall(r'"/static/([^"#]+)', gzip.decompress(page).decode()))
    assert len(files) <= 10  # the page itself, and an icon that a stylesheet names
    weights = [len(gzip.compress(Path(str(finders.find(name))).read_bytes())) for name in files]
    assert len(page) < 15_000
    assert len(page) + sum(weights) < 100_000
