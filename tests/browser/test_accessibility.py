"""No page has what axe-core finds wrong for people who see, hear or move differently: contrast, names, structure."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from recordings.sandbox import Sandbox

from .conftest import sign_in
from .screenshots import check_trail, export_some, hear_some, make_needy, pages, start_some

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_on_any_page(
    chromium: Browser, live_server: LiveServer, fleet: Sandbox, scheme: str, width: int
) -> None:
    start_some()
    make_needy()
    hear_some()
    check_trail()
    export_some()
    found = []
    for person in ("operator", "admin", "auditor"):
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        page = context.new_page()
        sign_in(page, live_server, person)
        for name, (viewer, path) in pages().items():
            if viewer == person:
                page.goto(live_server.url + path)
                violations = Axe().run(page).response["violations"]
                found += [
                    f"{name}: {each['id']}: {node['html'][:160]}" for each in violations for node in each["nodes"]
                ]
        context.close()
    assert not found, "\n".join(found)
