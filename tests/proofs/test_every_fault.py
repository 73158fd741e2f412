"""Each fault of the sandbox through the whole stack: form, web server, database file, gateway, wire, and back."""

import html
from collections.abc import Iterator

import pytest

from recordings.domain.states import State
from recordings.models import ApiCall, Recording
from recordings.sandbox import EntryKind, Fault

from .browser import START, Browser, Page, start_fields
from .servers import Server, web_server
from .site import Site, open_site
from .truth import contradictions

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]

OUTCOMES = {
    Fault.REFUSE: State.REFUSED,
    Fault.REQUEST_LIMIT: State.QUEUED,
    Fault.INTERNAL_ERROR: State.REFUSED,
    Fault.RESTRICTED_CONCURRENCY: State.REFUSED,
    Fault.CHARSET_ERROR: State.REFUSED,
    Fault.UPPER_CASE_ERROR: State.REFUSED,
    Fault.UNTYPED_ERROR: State.REFUSED,
    Fault.ERROR_NO_REQUEST_ID: State.REFUSED,
    Fault.CHARSET: State.ACCEPTED,
    Fault.NO_REQUEST_ID: State.ACCEPTED,
}
"""What can be known; of every other fault nothing can, and it must come out as unknown."""


@pytest.fixture(scope="module")
def server(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with web_server(var_dir=tmp_path_factory.mktemp("web")) as running:
        yield running


@pytest.fixture
def site(_django_db_helper: None) -> Iterator[Site]:
    with open_site(drip_pause=0.05) as opened:
        yield opened


@pytest.mark.parametrize("fault", list(Fault), ids=lambda fault: fault.value)
def test_what_is_shown_of_a_start_is_what_really_happened(site: Site, server: Server, fault: Fault) -> None:
    site.sandbox.add_fault(fault)
    browser = Browser(server.port, site.operator)
    page = browser.start(site.ask(0))
    recording, call = Recording.objects.get(), ApiCall.objects.get()
    assert not contradictions(site.sandbox)
    assert recording.state == OUTCOMES.get(fault, State.UNKNOWN)
    assert len(site.sandbox.journal(EntryKind.CALLED)) == 1, "sent once, no redirect followed"
    assert len(site.sandbox.journal(EntryKind.STARTED)) == fault.acts
    assert call.outcome == (ApiCall.Outcome.REFUSED if recording.state == State.QUEUED else recording.state)
    _the_page_says_so(browser, page, recording)
    browser.close()


def test_a_start_that_goes_well_shows_the_task_id_that_really_runs(site: Site, server: Server) -> None:
    browser = Browser(server.port, site.operator)
    page = browser.start(site.ask(0))
    recording = Recording.objects.get()
    assert recording.state == State.ACCEPTED
    assert not contradictions(site.sandbox)
    _the_page_says_so(browser, page, recording)
    browser.close()


def test_the_same_form_sent_again_starts_nothing(site: Site, server: Server) -> None:
    browser = Browser(server.port, site.operator)
    fields = browser.fill_in(START, start_fields(site.ask(0)))
    assert [browser.post(START, fields).status for _ in range(3)] == [303, 422, 422]
    assert len(site.sandbox.journal(EntryKind.CALLED)) == 1
    browser.close()


def _the_page_says_so(browser: Browser, page: Page, recording: Recording) -> None:
    """A refusal is shown in the form; everything else has a page, which shows the TaskId that runs and no other."""
    if recording.state == State.REFUSED:
        assert page.status == 422
        assert recording.error_code in page.text
        return
    assert (page.status, page.location) == (303, f"/recordings/{recording.pk}/")
    shown = browser.get(page.location)
    assert shown.status == 200
    assert html.escape(recording.task_id) in shown.text
