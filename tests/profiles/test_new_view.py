"""Adding a profile."""

from typing import Any

import pytest

from recordings.models import AuditEntry, RecordingProfile, StorageCredential, User
from tests.factories import make_profile, signed_in
from tests.forms import FRAGMENT, errors_of, hostile_answers

pytestmark = pytest.mark.django_db
URL = "/profiles/new/"


@pytest.fixture
def answers(storage: StorageCredential) -> dict[str, Any]:
    return {
        "name": "Night", "storage": storage.pk, "output_format": "3", "max_media_file_duration": "60",
        "max_idle_time": "30", "file_name_prefix": "shift/night",
    }  # fmt: skip


def test_it_is_stored_with_an_entry_and_its_page_follows(
    admin: User, storage: StorageCredential, answers: dict[str, Any]
) -> None:
    response = signed_in(admin).post(URL, answers)
    profile = RecordingProfile.objects.get()
    assert (response.status_code, response.headers["Location"]) == (303, profile.get_absolute_url())
    assert (profile.storage, profile.output_format, profile.max_media_file_duration) == (storage, 3, 60)
    assert (profile.max_idle_time, profile.file_name_prefix) == (30, "shift/night")
    after = AuditEntry.objects.get(action="profile.created").after
    assert (after["name"], after["storage"], after["output_format"]) == ("Night", storage.name, 3)


def test_the_form_begins_with_the_vendors_defaults(admin: User) -> None:
    form = signed_in(admin).get(URL).context["form"]
    assert (form["output_format"].value(), form["max_media_file_duration"].value()) == (3, 1440)
    assert form["max_idle_time"].value() == 30


@pytest.mark.parametrize("typed", ["60", "", "nonsense", None])
def test_hls_leaves_the_longest_file_out_whatever_was_typed(
    typed: str | None, admin: User, answers: dict[str, Any]
) -> None:
    answers |= {"output_format": "0", "max_media_file_duration": typed}
    posted = {name: value for name, value in answers.items() if value is not None}
    assert signed_in(admin).post(URL, posted).status_code == 303
    assert RecordingProfile.objects.get().max_media_file_duration is None


@pytest.mark.parametrize("output_format", ["1", "2", "3", "4"])
def test_every_other_format_needs_the_longest_file(output_format: str, admin: User, answers: dict[str, Any]) -> None:
    client = signed_in(admin)
    answers |= {"output_format": output_format}
    errors = errors_of(client, URL, answers | {"max_media_file_duration": ""})
    assert errors == {"max_media_file_duration": ["A whole number from 1 to 1440."]}
    assert client.post(URL, answers).status_code == 303


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("max_media_file_duration", "0", "A whole number from 1 to 1440."),
        ("max_media_file_duration", "1441", "A whole number from 1 to 1440."),
        ("max_idle_time", "4", "A whole number from 5 to 86400."),
        ("max_idle_time", "86401", "A whole number from 5 to 86400."),
        ("max_idle_time", "", "A whole number from 5 to 86400."),
        ("output_format", "5", "Choose one of the five formats."),
        ("storage", "0", "Choose a storage from the list."),
        ("file_name_prefix", "a//b", "Part 2 is empty"),
        ("file_name_prefix", "/a", "Part 1 is empty"),
        ("file_name_prefix", "a/b c", "Part 2 has characters that are not allowed"),
        ("file_name_prefix", "../a", "Part 1 has characters that are not allowed"),
        ("file_name_prefix", "a" * 256, "At most 255 characters."),
        ("file_name_prefix", "/".join("abcdefghijk"), "At most 10 parts."),
        ("name", "", "This field is required."),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    admin: User, answers: dict[str, Any], field: str, value: str, said: str
) -> None:
    errors = errors_of(signed_in(admin), URL, answers | {field: value})
    assert list(errors) == [field]
    assert said in errors[field][0]


def test_a_name_that_is_taken_is_refused(admin: User, answers: dict[str, Any]) -> None:
    make_profile(name="Night")
    assert errors_of(signed_in(admin), URL, answers) == {"name": ["Another profile has this name."]}


def test_an_invalid_form_comes_back_as_a_fragment_with_what_was_typed(admin: User, answers: dict[str, Any]) -> None:
    response = signed_in(admin).post(URL, answers | {"max_idle_time": "4"}, headers=FRAGMENT)
    assert response.status_code == 422
    assert response.content.strip().startswith(b'<form id="edit"')
    assert b'value="shift/night"' in response.content


def test_nothing_that_is_posted_breaks_it(admin: User, answers: dict[str, Any]) -> None:
    client = signed_in(admin)
    for what, posted in hostile_answers(answers):
        assert client.post(URL, posted).status_code in {303, 422}, what
