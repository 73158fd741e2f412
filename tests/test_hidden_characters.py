"""Text from elsewhere on pages: what cannot be seen, or turns the text around it, is written as its number."""

import pytest
from django.utils import timezone

from recordings.models import Device, RecordingFile, StorageCredential, User
from recordings.text import escape_hidden
from tests.factories import signed_in
from tests.history.test_list_view import make_recording


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Truck \u202e7", "Truck \\u202e7"),
        ("a\tb\x00\u2028", "a\\u0009b\\u0000\\u2028"),
        ("a\u200bb\u2060c\u00add\ufeffe", "a\\u200bb\\u2060c\\u00add\\ufeffe"),
        ("a\u3164b\u115f\u1160\uffa0", "a\\u3164b\\u115f\\u1160\\uffa0"),
        ("a\U000e0041b", "a\\U000e0041b"),
        ("admin\u200d \u200c", "admin\\u200d \\u200c"),
        ("\U0001f69c\u200d\U0001f525 می\u200cرود", "\U0001f69c\u200d\U0001f525 می\u200cرود"),
        ("矿卡 7 號 – Ünïcode", "矿卡 7 號 – Ünïcode"),
    ],
)
def test_what_cannot_be_seen_is_written_as_its_number_and_all_else_stays(text: str, seen: str) -> None:
    assert escape_hidden(text) == seen


@pytest.mark.django_db
def test_names_and_messages_that_came_past_the_forms_turn_no_page_around(
    operator: User, device: Device, storage: StorageCredential
) -> None:
    device.name = device.project.name = "Truck \u202e7"
    device.save()
    device.project.save()
    recording = make_recording(
        operator, device, storage, task_id="-t", error_code="InternalError", error_message="No\u202e."
    )
    RecordingFile.objects.create(recording=recording, name="part\u202e1.mp4", announced_at=timezone.now())
    browser = signed_in(operator)
    own = [row.get_absolute_url() for row in (recording, device, device.project)]
    for url in ("/recordings/", "/fleet/devices/", "/fleet/projects/", "/recordings/new/", "/status/", *own):
        page = browser.get(url).content.decode()
        assert "\u202e" not in page, url
        assert "Truck \\u202e7" in page, url
    assert "part\\u202e1.mp4" in browser.get(recording.get_absolute_url()).content.decode()
