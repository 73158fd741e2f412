"""A credential admin invites a user, who chooses a password and works with it, in a real browser."""

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from recordings.models import User
from recordings.sandbox import Sandbox

from .conftest import PASSWORD, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def links_lead_here(settings: Settings, live_server: LiveServer) -> None:
    settings.PUBLIC_URL = live_server.url


def choose(page: Page, link: str, password: str, server: LiveServer) -> None:
    """Follow the link and choose a password, which asks for nothing but that."""
    page.goto(link)
    expect(page.get_by_label("Code")).to_be_hidden()
    page.get_by_label("New password", exact=True).fill(password)
    page.get_by_label("Confirm new password").fill(password)
    page.get_by_role("button", name="Set the password").click()


def test_an_invited_user_chooses_a_password_and_sees_their_project(
    page: Page, chromium: Browser, live_server: LiveServer, fleet: Sandbox, complaints: list[str]
) -> None:
    sign_in(page, live_server, "admin")
    page.get_by_role("link", name="People").click()
    page.get_by_role("link", name="Invite person").click()
    page.get_by_label("User name").fill("a b")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#id_username_error")).to_contain_text("Letters, digits")
    page.get_by_label("User name").fill("lin")
    page.get_by_role("group", name="Operator of").get_by_label("Tianjin East Terminal").check()
    page.get_by_role("button", name="Save").click()
    link = page.locator("#link .copy__value").inner_text()
    theirs = chromium.new_context().new_page()
    urls: list[str] = []
    theirs.on("request", lambda request: urls.append(request.url))
    choose(theirs, link, PASSWORD, live_server)
    expect(theirs.get_by_text("Your password is set")).to_be_visible()
    assert not [url for url in urls if link.partition("#")[2] in url.partition("#")[0]]
    theirs.get_by_label("User name").fill("lin")
    theirs.get_by_label("Password").fill(PASSWORD)
    theirs.get_by_role("button", name="Sign in", exact=True).click()
    theirs.wait_for_url(f"{live_server.url}/")
    theirs.goto(f"{live_server.url}/you/")
    expect(theirs.locator("main")).to_contain_text("Tianjin East Terminal")
    theirs.context.close()
    assert complaints == []


def test_what_is_typed_and_ticked_while_the_response_is_on_its_way_is_kept(
    page: Page, live_server: LiveServer, fleet: Sandbox, complaints: list[str]
) -> None:
    held: list[Route] = []
    sign_in(page, live_server, "admin")
    page.goto(f"{live_server.url}/people/new/")
    page.get_by_label("User name").fill("a b")
    auditor = page.get_by_role("group", name="Auditor of").get_by_label("Tianjin East Terminal")
    auditor.check()
    page.route("**/people/new/", lambda route: held.append(route))
    with page.expect_request("**/people/new/"):
        page.get_by_role("button", name="Save").click()
    tianjin = page.get_by_role("group", name="Operator of").get_by_label("Tianjin East Terminal")
    page.get_by_label("User name").fill("lin")
    tianjin.check()
    auditor.uncheck()
    held[0].continue_()
    expect(page.locator("#id_username_error")).to_contain_text("Letters, digits")
    expect(page.get_by_label("User name")).to_have_value("lin")
    expect(tianjin).to_be_checked()
    expect(auditor).not_to_be_checked()
    assert complaints == []


def test_a_new_link_comes_in_place_and_disabling_ends_the_session(
    page: Page, chromium: Browser, live_server: LiveServer, fleet: Sandbox, complaints: list[str]
) -> None:
    theirs = chromium.new_context().new_page()
    sign_in(theirs, live_server, "operator")
    sign_in(page, live_server, "admin")
    page.goto(live_server.url + User.objects.get(username="operator").get_absolute_url())
    page.get_by_role("button", name="Create password link").click()
    link = page.locator("#link .copy__value").inner_text()
    page.reload()
    expect(page.locator("#link .copy__value")).to_have_text(link)
    page.get_by_role("button", name="Done").click()
    expect(page.locator("#link")).to_have_count(0)
    page.get_by_text("Disable this person").click()
    page.get_by_role("button", name="Disable", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("Disabled, and signed out everywhere")
    theirs.goto(f"{live_server.url}/recordings/")
    expect(theirs).to_have_url(f"{live_server.url}/login/?next=/recordings/")
    choose(theirs, link, PASSWORD, live_server)
    expect(theirs.locator("#form-errors")).to_contain_text("has been used, replaced")
    theirs.context.close()
    assert complaints == []
