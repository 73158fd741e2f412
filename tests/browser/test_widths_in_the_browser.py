"""Nothing is cut off and nothing sticks out of the page without a scrollbar, from 320 to 1440 px, in both languages."""

import pytest
from django.utils import timezone
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from recordings.models import Device, Recording, UnclaimedTask
from recordings.sandbox import Sandbox

from .conftest import sign_in
from .screenshots import check_trail, export_some, hear_some, make_needy, pages, start_some

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = (320, 1024, 1100, 1280, 1440)
LISTS = {
    *("history", "devices", "projects", "profiles", "accounts", "storages", "attention", "status", "unclaimed"),
    *("exports", "people", "trail", "trail_checks", "trail_anchors", "encryption", "callbacks", "files", "forbidden"),
    *("trail_entry", "start", "person", "not_found"),
}

CUT = """() => {
  const style = (node) => getComputedStyle(node);
  const hidden = (node) => node.closest(".visually-hidden, .skip, [hidden]") || style(node).clipPath !== "none"
    || style(node).visibility === "hidden";
  const hiddenIn = (node) => { for (let up = node; up; up = up.parentElement) if (hidden(up)) return true; };
  const scrolls = (node) => { for (let up = node.parentElement; up && up !== document.body; up = up.parentElement)
    if (/auto|scroll/.test(style(up).overflowX)) return true; };
  const name = (node) => `${node.tagName.toLowerCase()}#${node.id}.${[...node.classList].join(".")}`;
  const found = [];
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth) found.push(`the page is ${wide} wide`);
  for (const node of document.body.querySelectorAll("*")) {
    const box = node.getBoundingClientRect();
    if (!box.width || !box.height || node.closest("svg") && node.tagName !== "svg" || hiddenIn(node)) continue;
    if ((box.right > innerWidth + 1 || box.left < -1) && !scrolls(node)) found.push(`${name(node)} sticks out`);
    const { overflowX, textOverflow } = style(node);
    if (/hidden|clip/.test(overflowX) && textOverflow !== "ellipsis" && node.scrollWidth > node.clientWidth + 1
      && !/^(svg|video|audio|img)$/i.test(node.tagName))
      found.push(`${name(node)} cuts ${node.scrollWidth - node.clientWidth} px`);
  }
  return found.slice(0, 5);
}"""


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_nothing_sticks_out_or_is_cut_at_any_width(
    chromium: Browser, live_server: LiveServer, fleet: Sandbox, language: str
) -> None:
    start_some()
    make_needy()
    hear_some()
    check_trail()
    export_some()
    accepted = Recording.objects.exclude(task_id="")[0]
    found = []
    for person in ("operator", "admin", "auditor"):
        context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale=language)
        page = context.new_page()
        sign_in(page, live_server, person)
        chosen = {name: path for name, (viewer, path) in pages().items() if viewer == person and name in LISTS}
        if person == "operator":
            chosen["recording"] = accepted.get_absolute_url()
        for name, path in chosen.items():
            page.goto(live_server.url + path)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                found += [f"{name} at {width}: {each}" for each in page.evaluate(CUT)]
        context.close()
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("language", ["en-GB", "zh-CN"])
def test_the_menu_button_is_inside_the_page_at_320_px_and_opens_the_menu(
    chromium: Browser, live_server: LiveServer, fleet: Sandbox, language: str
) -> None:
    context = chromium.new_context(viewport={"width": 320, "height": 640}, locale=language)
    page = context.new_page()
    sign_in(page, live_server, "operator")
    button = page.locator(".header__open")
    box = button.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320
    button.click()
    assert page.locator("#menu a").first.is_visible()
    context.close()


def test_the_button_of_a_closed_menu_shows_that_something_needs_attention(
    chromium: Browser, live_server: LiveServer, fleet: Sandbox
) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    sign_in(page, live_server, "operator")
    dot = "getComputedStyle(document.querySelector('.header__open'), '::after').content"
    assert page.evaluate(dot) == "none"
    now, project = timezone.now(), Device.objects.get(device_id="truck_002").project
    UnclaimedTask.objects.create(
        project=project, task_id="-strange", first_event=1, first_reported_at=now, last_reported_at=now
    )
    page.reload()
    assert page.evaluate(dot) == '""'
    context.close()
