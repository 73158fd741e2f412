"""The list of profiles, and the page of one."""

import pytest
from pytest_django import DjangoAssertNumQueries

from recordings.models import Project, RecordingProfile, User
from recordings.models.profiles import OutputFormat
from tests.factories import make_profile, make_storage, signed_in
from tests.forms import FRAGMENT

pytestmark = pytest.mark.django_db
URL = "/profiles/"


def test_a_person_limited_to_projects_sees_what_these_can_use(
    project: Project, foreign_project: Project, operator: User, limited_auditor: User, auditor: User
) -> None:
    shared = make_profile(make_storage(project, foreign_project), name="Shared")
    foreign = make_profile(make_storage(foreign_project), name="Foreign")
    unused = make_profile(make_storage(), name="Unused")
    for person in (operator, limited_auditor):
        assert signed_in(person).get(URL).context["page"].rows == [shared]
    assert signed_in(auditor).get(URL).context["page"].rows == [foreign, shared, unused]


def test_htmx_gets_the_list_and_everybody_else_the_page(profile: RecordingProfile, operator: User) -> None:
    client = signed_in(operator)
    assert client.get(URL, headers=FRAGMENT).content.strip().startswith(b'<div id="profiles">')
    assert b"<!doctype html>" in client.get(URL).content


def test_an_empty_list_says_what_to_do(operator: User, admin: User) -> None:
    assert b"Add a storage first" in signed_in(admin).get(URL).content
    assert b"your projects can use" in signed_in(operator).get(URL).content


def test_its_queries_do_not_grow_with_the_list(
    admin: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(60):
        make_profile()
    client = signed_in(admin)
    with django_assert_max_num_queries(5):
        page = client.get(URL).context["page"]
    assert len(page.rows) == 50
    assert len(client.get(URL, {"after": page.next_cursor}).context["page"].rows) == 10


def test_the_page_of_one_shows_its_answers_and_where_files_land(
    profile: RecordingProfile, operator: User, admin: User
) -> None:
    RecordingProfile.objects.update(file_name_prefix="shift/night", max_media_file_duration=60, max_idle_time=300)
    page = signed_in(operator).get(profile.get_absolute_url()).content.decode()
    for text in (profile.storage.name, profile.storage.bucket, "60 min", "300 s", "shift/night", "&lt;TaskId&gt;"):
        assert text in page
    assert "/edit/" not in page
    assert "/edit/" in signed_in(admin).get(profile.get_absolute_url()).content.decode()


def test_the_page_of_an_hls_profile_says_why_it_has_no_longest_file(profile: RecordingProfile, operator: User) -> None:
    RecordingProfile.objects.update(output_format=OutputFormat.HLS, max_media_file_duration=None)
    assert "Not for HLS" in signed_in(operator).get(profile.get_absolute_url()).content.decode()
