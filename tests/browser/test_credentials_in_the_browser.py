"""A credential admin adds a storage key, tests, limits and replaces it; the auditor finds each step in the trail."""

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from recordings.models import Membership, Project, Role, StorageCredential, User
from recordings.sandbox import Sandbox
from recordings.sandbox.fleet import STORAGE
from tests.signin.authenticators import code_of

from .conftest import PASSWORD, sign_in

pytestmark = pytest.mark.browser
STEPS = (
    "Storage added", "Storage key added", "Storage key tested", "Storage changed",
    "New storage key failed its test", "Storage key replaced",
)  # fmt: skip


@pytest.fixture(autouse=True)
def required(settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    cache.clear()


def give_password(page: Page, server: LiveServer) -> None:
    page.goto(f"{server.url}/login/")
    page.fill("input[name=login]", "admin")
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_in_with_app(page: Page, server: LiveServer) -> None:
    """Set up an app, sign out, and sign in with password and code."""
    give_password(page, server)
    page.goto(f"{server.url}/you/factors/app/")
    secret = page.locator(".copy__value").inner_text()
    page.get_by_label("Code shown by the app").fill(code_of(secret, later=-1))
    page.get_by_role("button", name="Set up the app").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/login/")
    give_password(page, server)
    page.get_by_label("Code", exact=True).fill(code_of(secret))
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(f"{server.url}/")


NEWER = ("AKIDanother0123456789", "another-secret-0123456789")


def give_key(page: Page, access_key: str = STORAGE.access_key, secret_key: str = STORAGE.secret_key) -> None:
    page.locator("input[name=access_key]").fill(access_key)
    page.locator("input[name=secret_key]").fill(secret_key)


def save(page: Page) -> None:
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Second archive")


def test_a_storage_key_is_added_tested_limited_and_replaced_and_the_trail_has_it_all(
    page: Page, chromium: Browser, live_server: LiveServer, filmed_fleet: Sandbox, complaints: list[str]
) -> None:
    sign_in_with_app(page, live_server)
    page.goto(f"{live_server.url}/credentials/storage/new/")
    page.locator("input[name=name]").fill("Second archive")
    page.locator("input[name=region]").fill(STORAGE.region)
    page.locator("input[name=bucket]").fill(STORAGE.bucket)
    give_key(page)
    save(page)
    page.get_by_role("button", name="Test the key").click()
    expect(page.get_by_text("All checks passed")).to_be_visible()

    mine, other = Project.objects.order_by("pk")[:2]
    storage = StorageCredential.objects.get(name="Second archive")
    page.goto(f"{live_server.url}{storage.get_absolute_url()}edit/")
    page.locator(f"input[name=projects][value='{mine.pk}']").check()
    save(page)
    page.get_by_role("link", name="Replace key").click()
    give_key(page, "AKIDmistyped0123456789", NEWER[1])
    page.get_by_role("button", name="Test and replace").click()
    expect(page.get_by_text("The new key did not pass its test. Nothing was replaced.")).to_be_visible()
    expect(page.locator("input[name=access_key]")).to_have_value("")
    give_key(page, *NEWER)
    page.get_by_label("Replace without a passing test").check()
    page.get_by_label("Reason").fill("The old key leaked")
    page.get_by_role("button", name="Test and replace").click()
    expect(page.locator("#keys")).to_contain_text("safe to revoke since")
    assert STORAGE.secret_key not in page.content()

    operator = User.objects.get(username="operator")
    Membership.objects.filter(user=operator).delete()
    Membership.objects.create(user=operator, role=Role.OPERATOR, project=other)
    theirs = chromium.new_context().new_page()
    sign_in(theirs, live_server, "operator")
    theirs.goto(f"{live_server.url}/credentials/storage/")
    expect(theirs.get_by_role("heading", level=1)).to_have_text("Storage")
    expect(theirs.get_by_text("Second archive")).to_have_count(0)
    answer = theirs.goto(live_server.url + storage.get_absolute_url())
    assert answer
    assert answer.status == 404
    theirs.context.close()

    auditor = chromium.new_context(locale="en-GB").new_page()
    sign_in(auditor, live_server, "auditor")
    auditor.goto(f"{live_server.url}/audit/")
    for step in STEPS:
        expect(auditor.locator("main table").get_by_text(step, exact=True).first).to_be_visible()
    auditor.context.close()
    assert complaints == []
