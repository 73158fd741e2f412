"""Who may open the pages of recording profiles."""

import pytest

from recordings.models import Project, RecordingProfile, User
from tests.access import assert_asks_to_sign_in, assert_forbidden, assert_methods, assert_missing
from tests.factories import make_profile, make_storage, signed_in

pytestmark = pytest.mark.django_db

SEEN = ("/profiles/", "/profiles/{}/")
CHANGED = ("/profiles/new/", "/profiles/{}/edit/")


@pytest.mark.parametrize("url", [*SEEN, *CHANGED])
def test_the_signed_out_are_asked_to_sign_in(url: str, profile: RecordingProfile) -> None:
    assert_asks_to_sign_in(url.format(profile.pk))


@pytest.mark.parametrize("url", [*SEEN, *CHANGED])
def test_without_a_role_nothing_opens(url: str, profile: RecordingProfile, no_role_user: User) -> None:
    assert_forbidden(url.format(profile.pk), no_role_user, takes_posts=url in CHANGED)


@pytest.mark.parametrize("url", SEEN)
def test_every_role_sees(url: str, profile: RecordingProfile, operator: User, admin: User, auditor: User) -> None:
    for person in (operator, admin, auditor):
        assert signed_in(person).get(url.format(profile.pk)).status_code == 200


@pytest.mark.parametrize("url", CHANGED)
def test_only_a_credential_admin_changes(
    url: str, profile: RecordingProfile, operator: User, admin: User, auditor: User
) -> None:
    assert_forbidden(url.format(profile.pk), operator, auditor)
    assert signed_in(admin).get(url.format(profile.pk)).status_code == 200


def test_a_profile_that_only_other_projects_can_use_is_not_there(
    foreign_project: Project, operator: User, limited_auditor: User, admin: User
) -> None:
    for foreign in (make_profile(make_storage(foreign_project)), make_profile(make_storage())):
        assert_missing(foreign.get_absolute_url(), operator, limited_auditor)
        assert signed_in(admin).get(foreign.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("number", ["0", "9" * 30, "-1", "x"])
def test_ids_that_do_not_exist_are_not_found(number: str, admin: User) -> None:
    assert_missing(f"/profiles/{number}/", admin)
    assert_missing(f"/profiles/{number}/edit/", admin)


def test_no_page_takes_another_method(profile: RecordingProfile, admin: User) -> None:
    for url in SEEN:
        assert_methods(url.format(profile.pk), admin)
    for url in CHANGED:
        assert_methods(url.format(profile.pk), admin, "post")
