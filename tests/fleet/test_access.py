"""Who may open the pages of projects and devices."""

import pytest

from recordings.models import Device, Project, User
from tests.access import assert_asks_to_sign_in, assert_forbidden, assert_methods, assert_missing
from tests.factories import make_device, signed_in

pytestmark = pytest.mark.django_db

SEEN = ("/fleet/projects/", "/fleet/projects/{project}/", "/fleet/devices/", "/fleet/devices/{device}/")
CHANGED = (
    "/fleet/projects/new/", "/fleet/projects/{project}/edit/", "/fleet/devices/new/", "/fleet/devices/{device}/edit/",
)  # fmt: skip
OBJECTS = tuple(url for url in (*SEEN, *CHANGED) if "{" in url)


def address(url: str, device: Device) -> str:
    return url.format(project=device.project_id, device=device.pk)


@pytest.mark.parametrize("url", [*SEEN, *CHANGED])
def test_the_signed_out_are_asked_to_sign_in(url: str, device: Device) -> None:
    assert_asks_to_sign_in(address(url, device))


@pytest.mark.parametrize("url", [*SEEN, *CHANGED])
def test_without_a_role_nothing_opens(url: str, device: Device, no_role_user: User) -> None:
    assert_forbidden(address(url, device), no_role_user, takes_posts=url in CHANGED)


@pytest.mark.parametrize("url", SEEN)
def test_every_role_sees(url: str, device: Device, operator: User, admin: User, auditor: User) -> None:
    for person in (operator, admin, auditor):
        assert signed_in(person).get(address(url, device)).status_code == 200


@pytest.mark.parametrize("url", CHANGED)
def test_only_a_credential_admin_changes(url: str, device: Device, operator: User, admin: User, auditor: User) -> None:
    assert_forbidden(address(url, device), operator, auditor)
    assert signed_in(admin).get(address(url, device)).status_code == 200


@pytest.mark.parametrize("url", SEEN[1::2])
def test_another_projects_objects_are_not_there(
    url: str, foreign_project: Project, operator: User, limited_auditor: User, auditor: User
) -> None:
    foreign = address(url, make_device(foreign_project))
    assert_missing(foreign, operator, limited_auditor)
    assert signed_in(auditor).get(foreign).status_code == 200


@pytest.mark.parametrize("url", OBJECTS)
@pytest.mark.parametrize("number", ["0", "999999999", "9" * 30, "9" * 5000])
def test_ids_that_do_not_exist_are_not_found(url: str, number: str, admin: User) -> None:
    assert_missing(url.format(project=number, device=number), admin)


@pytest.mark.parametrize("url", OBJECTS)
def test_ids_that_are_no_numbers_are_not_found(url: str, admin: User) -> None:
    assert_missing(url.format(project="-1", device="truck_07"), admin)


@pytest.mark.parametrize("url", SEEN)
def test_pages_to_see_take_no_other_method(url: str, device: Device, admin: User) -> None:
    assert_methods(address(url, device), admin)


@pytest.mark.parametrize("url", CHANGED)
def test_forms_take_posts_and_no_other_method(url: str, device: Device, admin: User) -> None:
    assert_methods(address(url, device), admin, "post")
