"""Single sign-on in a real browser: the content security policy lets the form go to the provider, and nowhere else."""

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from recordings.sandbox import Sandbox
from tests.signin.provider import running_provider
from tests.signin.single_sign_on import use
from trroadmin.environment import origin

pytestmark = pytest.mark.browser


def test_the_button_leads_to_the_provider_and_back(
    page: Page, live_server: LiveServer, fleet: Sandbox, settings: Settings, complaints: list[str]
) -> None:
    cache.clear()
    with running_provider() as provider:
        provider.person = {"sub": "1", "preferred_username": "wu", "name": "Wu Di", "groups": ["audit"]}
        use(settings, provider)
        directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        assert directives["form-action"] == ["'self'"]
        allowed = directives | {"form-action": ["'self'", origin(provider.url)]}
        settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": allowed}
        page.goto(f"{live_server.url}/login/?next=/audit/")
        page.get_by_role("button", name="Sign in with Harbour ID").click()
        page.wait_for_url("**/audit/")
        page.goto(f"{live_server.url}/you/")
        expect(page.get_by_role("heading", level=1)).to_have_text("Wu Di")
        expect(page.get_by_text("You sign in through Harbour ID.")).to_be_visible()
    assert complaints == []
