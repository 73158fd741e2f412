"""Signing in with two things, in a real browser: an authenticator app, and a passkey of Chromium's own."""

from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from recordings.models import AuditEntry
from recordings.sandbox import Sandbox
from tests.signin.authenticators import code_of

from .conftest import PASSWORD, sign_in

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def required(settings: Settings, live_server: LiveServer) -> None:
    settings.SECOND_FACTOR_REQUIRED, settings.PUBLIC_URL = True, live_server.url
    cache.clear()


def give_password(page: Page, server: LiveServer, username: str) -> None:
    page.goto(f"{server.url}/login/")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/login/")


def with_authenticator(page: Page) -> tuple[Any, str]:
    """A virtual authenticator in this browser, that is touched and knows its owner."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    return devtools, devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def test_a_credential_admin_is_led_to_an_app_and_signs_in_with_its_code(
    page: Page, live_server: LiveServer, fleet: Sandbox, complaints: list[str]
) -> None:
    give_password(page, live_server, "admin")
    page.goto(f"{live_server.url}/credentials/storage/")
    expect(page.get_by_role("alert").filter(has_text="Add a second factor first")).to_be_visible()

    page.get_by_role("link", name="Set up an app").click()
    expect(page.get_by_role("img", name="QR code with the app key")).to_be_visible()
    secret = page.locator(".copy__value").inner_text()
    page.get_by_label("Code shown by the app").fill(code_of(secret, later=-1))
    page.get_by_role("button", name="Set up the app").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    recovery = page.locator(".codes code").first.inner_text()
    page.goto(f"{live_server.url}/credentials/storage/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Storage")

    sign_out(page)
    give_password(page, live_server, "admin")
    page.get_by_label("Code", exact=True).fill("000000")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Not accepted. Use the newest code")).to_be_visible()
    page.get_by_label("Code", exact=True).fill(code_of(secret))
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(f"{live_server.url}/")

    sign_out(page)
    give_password(page, live_server, "admin")
    page.get_by_label("Code", exact=True).fill(recovery)
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(f"{live_server.url}/")
    assert complaints == []
    actions = AuditEntry.objects.filter(actor="admin").values_list("action", flat=True)
    assert {"factor.added", "recovery_codes.made", "factor.refused", "recovery_codes.used"} <= set(actions)


def test_a_passkey_is_made_signs_in_alone_and_after_the_password_and_confirms(
    page: Page, live_server: LiveServer, fleet: Sandbox, complaints: list[str], settings: Settings
) -> None:
    with_authenticator(page)
    give_password(page, live_server, "admin")
    page.goto(f"{live_server.url}/you/factors/passkeys/new/")
    page.get_by_label("Name").fill("Office laptop")
    page.get_by_role("button", name="Create passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.goto(f"{live_server.url}/you/factors/")
    expect(page.get_by_text("Office laptop")).to_be_visible()

    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{live_server.url}/")
    expect(page.get_by_role("banner").get_by_text("Sign out")).to_be_visible()

    sign_out(page)
    give_password(page, live_server, "admin")
    page.get_by_role("button", name="Use your passkey").click()
    page.wait_for_url(f"{live_server.url}/")

    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    page.goto(f"{live_server.url}/you/password/")
    expect(page.get_by_role("heading", name="Confirm your identity")).to_be_visible()
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_role("heading", name="Change your password")).to_be_visible()
    ways = [entry.after["with"] for entry in AuditEntry.objects.filter(action="session.began").order_by("sequence")]
    assert ways == [["password"], ["webauthn"], ["password", "webauthn"]]
    assert complaints == []


def test_a_passkey_whose_holder_is_not_known_does_not_sign_in(
    page: Page, live_server: LiveServer, fleet: Sandbox
) -> None:
    devtools, authenticator = with_authenticator(page)
    give_password(page, live_server, "admin")
    page.goto(f"{live_server.url}/you/factors/passkeys/new/")
    page.get_by_label("Name").fill("Phone")
    page.get_by_role("button", name="Create passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    sign_out(page)
    devtools.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator("[data-passkey-error]")).to_have_text("No passkey received. Try again, or sign in another way.")
    page.goto(f"{live_server.url}/recordings/")
    page.wait_for_url("**/login/**")


def test_a_wall_display_shows_and_ends(page: Page, live_server: LiveServer, fleet: Sandbox) -> None:
    sign_in(page, live_server, "operator")
    page.locator(".header .header__name").click()
    page.get_by_role("button", name="Use this browser as a wall display").click()
    page.wait_for_url(f"{live_server.url}/?wall")
    expect(page.get_by_role("banner").get_by_role("link", name="Wall display")).to_be_visible()
    expect(page.get_by_role("link", name="Start recording")).to_have_count(0)
    page.get_by_role("banner").get_by_role("link", name="Wall display").click()
    page.get_by_role("button", name="End the display").click()
    page.wait_for_url("**/login/")
