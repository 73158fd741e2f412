"""The web server killed while the vendor lets a request hang: the start is unknown, and nothing sends it again."""

import http.client
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from recordings.domain.states import State
from recordings.models import ApiCall, Recording
from recordings.sandbox import EntryKind, Fault
from recordings.worker.cycle import run_cycle

from .browser import START, Browser, start_fields
from .servers import environment, web_server
from .site import Site
from .truth import contradictions
from .waits import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]


@pytest.mark.parametrize(("fault", "really_started"), [(Fault.HANG, 1), (Fault.HANG_BEFORE, 0)])
def test_a_server_killed_while_its_call_hangs_leaves_an_unknown_start(
    site: Site, own_var: Path, fault: Fault, really_started: int
) -> None:
    site.sandbox.add_fault(fault)
    with web_server(var_dir=own_var, environ=environment(own_var, CALL_DEADLINE="30")) as server:
        browser = Browser(server.port, site.operator)
        fields = browser.fill_in(START, start_fields(site.ask(0)))
        person = threading.Thread(target=_press, args=(browser, fields), daemon=True)
        person.start()
        until(lambda: site.sandbox.journal(EntryKind.STARTED if really_started else EntryKind.FAULT))
        server.kill()
        person.join()
    assert Recording.objects.get().state == State.SENDING
    with web_server(var_dir=own_var) as server:
        run_cycle(timezone.now() + timedelta(minutes=5))
        recording = Recording.objects.get()
        assert (recording.state, ApiCall.objects.get().code) == (State.UNKNOWN, "ProcessLost")
        assert len(site.sandbox.journal(EntryKind.STARTED)) == really_started
        browser.moves_to(server.port)
        assert browser.post(START, fields).status == 422, "the form that was sent before the kill starts nothing"
        assert browser.start(site.ask(0)).status == 422, "and neither does a new one: the stream is held"
        browser.close()
    starts = [entry for entry in site.sandbox.journal(EntryKind.CALLED) if entry.action == "CreateCloudRecording"]
    assert len(starts) == 1
    assert not contradictions(site.sandbox)


def _press(browser: Browser, fields: dict[str, str]) -> None:
    with pytest.raises((OSError, http.client.HTTPException)):
        browser.post(START, fields)
