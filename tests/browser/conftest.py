"""Debian's Chromium where it is there, and a fleet with its sandbox behind the live server."""

import os
import shutil
from collections.abc import Iterator

import pytest
from django.core.management import call_command
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from recordings.models import CloudAccount, User
from recordings.sandbox import Sandbox, SandboxConfig, running_sandbox
from recordings.sandbox.bucket_server import BucketServer, running_bucket_server
from recordings.sandbox.fleet import STORAGE, TROUBLES

# Playwright runs an event loop in this thread, in which Django would refuse to touch the database
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
PASSWORD = "correct horse battery"

MEANT = ("status of 422", "htmx:oobErrorNoTarget")
"""What the console says of things that are in order: a refused form, and an answer whose place a newer one took."""
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A browser window of its own, without cookies."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    yield context.new_page()
    context.close()


@pytest.fixture
def fleet(transactional_db: None, settings: Settings) -> Iterator[Sandbox]:
    """The sample fleet in the database and the sandbox it lives in; everybody's password is PASSWORD."""
    with running_sandbox(SandboxConfig(faults=TROUBLES, calls_per_second=0)) as sandbox:
        _people_it(sandbox, settings)
        yield sandbox


@pytest.fixture
def filmed_bucket(settings: Settings) -> Iterator[BucketServer]:
    """The sample fleet's bucket, from which pages may play."""
    with running_bucket_server() as bucket:
        bucket.create(STORAGE.bucket, region=STORAGE.region)
        bucket.grant(STORAGE.access_key, STORAGE.secret_key)
        settings.SANDBOX_STORAGE = bucket.url
        policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        directives = policy | {"media-src": [*policy["media-src"], bucket.url]}
        settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": directives}
        yield bucket


@pytest.fixture
def filmed_fleet(transactional_db: None, settings: Settings, filmed_bucket: BucketServer) -> Iterator[Sandbox]:
    """The same, and what it records is really written to `filmed_bucket`."""
    config = SandboxConfig(calls_per_second=0, storage_endpoint=filmed_bucket.url, segment=2)
    with running_sandbox(config) as sandbox:
        _people_it(sandbox, settings)
        yield sandbox


def _people_it(sandbox: Sandbox, settings: Settings) -> None:
    settings.SANDBOX_ENDPOINT = sandbox.url
    call_command("sample")
    CloudAccount.objects.update(calls_per_second=100_000)
    set_passwords()


def set_passwords() -> None:
    """Let everybody sign in with PASSWORD."""
    for user in User.objects.all():
        user.set_password(PASSWORD)
        user.save()


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser's console complained about: policy violations, script errors, missing files."""
    lines: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not any(each in message.text for each in MEANT):
            lines.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: lines.append(str(error)))
    return lines


def sign_in(page: Page, server: LiveServer, username: str) -> None:
    page.goto(f"{server.url}/login/?next=/recordings/")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", PASSWORD)
    page.click("form:has(input[name=password]) button[type=submit]")
    page.wait_for_url(f"{server.url}/recordings/")
