"""Saved views: the history's filters under a name, for their owner or for all, each within their own projects."""

import pytest
from django.test import Client

from recordings.history.saved_views import MAX_LISTED, MAX_VIEWS, filters_of, views_for
from recordings.models import AuditEntry, Device, SavedView, User
from tests.factories import make_operator, make_project, signed_in

pytestmark = pytest.mark.django_db
URL = "/recordings/views/"


@pytest.fixture
def browser(operator: User) -> Client:
    return signed_in(operator)


def test_a_saved_view_keeps_the_filters_and_nothing_else(browser: Client, operator: User) -> None:
    query = "state=live&q=truck&after=x&open=3&nonsense=1"
    response = browser.post(URL, {"name": "Night shift", "query": query})
    view = SavedView.objects.get()
    assert (view.owner, view.name, view.is_shared) == (operator, "Night shift", False)
    assert filters_of(view.query) == view.query == "q=truck&state=live"
    assert response.headers["Location"] == view.get_absolute_url()
    page = browser.get(view.get_absolute_url()).content.decode()
    assert "Night shift" in page
    assert f"{URL}{view.pk}/delete/" in page
    assert AuditEntry.objects.filter(action="view.saved", target="Night shift").exists()


def test_a_shared_view_is_offered_to_all_and_deleted_by_its_owner_only(browser: Client, device: Device) -> None:
    browser.post(URL, {"name": "Pit", "query": f"project={device.project_id}", "is_shared": "on"})
    browser.post(URL, {"name": "Private", "query": "state=live"})
    other = signed_in(make_operator(make_project()))
    page = other.get("/recordings/").content.decode()
    assert "Pit" in page
    assert "shared by operator" in page
    assert "Private" not in page
    view = SavedView.objects.get(name="Pit")
    assert other.post(f"{URL}{view.pk}/delete/").status_code == 404
    assert other.get(view.get_absolute_url()).context["recordings"] == []
    assert browser.post(f"{URL}{view.pk}/delete/").status_code == 303
    assert not SavedView.objects.filter(name="Pit").exists()
    assert AuditEntry.objects.filter(action="view.deleted", target="Pit").exists()


@pytest.mark.parametrize("is_fragment", [True, False])
def test_a_name_is_taken_once_an_owner_and_the_answer_is_a_422_with_the_form(
    browser: Client, is_fragment: bool
) -> None:
    for status in (200 if is_fragment else 303, 422):
        headers = {"HX-Request": "true"} if is_fragment else {}
        response = browser.post(URL, {"name": "Mine", "query": "state=live"}, headers=headers)
        assert response.status_code == status
    assert "You already have a view with this name." in response.content.decode()
    assert ("<html" in response.content.decode()) is not is_fragment


def test_views_without_a_name_and_more_than_the_most_are_refused(browser: Client, operator: User) -> None:
    assert browser.post(URL, {"name": " ", "query": ""}).status_code == 422
    SavedView.objects.bulk_create(SavedView(owner=operator, name=f"{n}", query="") for n in range(MAX_VIEWS))
    assert browser.post(URL, {"name": "One more", "query": ""}).status_code == 422


def test_a_wall_display_saves_and_deletes_nothing(browser: Client) -> None:
    browser.post("/you/display/")
    assert browser.post(URL, {"name": "Wall", "query": ""}).status_code == 403


def test_a_view_that_others_share_never_pushes_out_ones_own(browser: Client, operator: User) -> None:
    for number in range(3 * MAX_LISTED):
        owner = User.objects.create(username=f"sharer{number}", is_active=number % 2 == 0)
        SavedView.objects.create(owner=owner, name=f"!{number}", query="q=x", is_shared=True)
    SavedView.objects.create(owner=operator, name="zz mine", query="q=x")
    offered = list(views_for(operator))
    assert (offered[0].name, len(offered)) == ("zz mine", MAX_LISTED)
    assert all(view.owner.is_active for view in offered)


def test_filters_that_are_longer_once_escaped_are_refused(browser: Client) -> None:
    response = browser.post(URL, {"name": "Long", "query": "q=" + "\u4e2d" * 600})
    assert response.status_code == 422
    assert not SavedView.objects.exists()


def test_the_address_of_saving_alone_leads_to_the_history(browser: Client) -> None:
    assert browser.get(URL).headers["Location"] == "/recordings/"
