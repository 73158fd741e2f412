"""Marked secrets in every place that holds secrets, then everything is done: no mark gets out anywhere."""

import base64
import html
import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import quote

import pytest
from pytest_django.fixtures import Settings

from recordings import calls, spill
from recordings.domain.states import State
from recordings.models import ApiCall, Recording
from recordings.trro.outcome import Outcome
from tests.factories import make_person

from .browser import Browser
from .canaries import Canaries, database_content, escaped, files_of
from .figures import Figures
from .people_and_exports import SINGLE_SIGN_ON, export_everything, plant_factors, sheets_of, use_a_link, use_factors
from .servers import database_url, environment, running_command, web_server
from .site import SECRET_ID, Site, open_site
from .sizes import size
from .whole_site import break_everywhere, commands, give_keys, start_with_every_fault

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prove]


@pytest.fixture
def canaries(settings: Settings) -> Canaries:
    planted = Canaries()
    settings.SECRET_KEY = planted.signing.text
    settings.AUDIT_KEY = planted.audit.text
    settings.ENCRYPTION_KEYS = f"old:{planted.old.text}"
    return planted


@pytest.fixture
def site(canaries: Canaries, own_var: Path, _django_db_helper: None) -> Iterator[Site]:
    """A site whose secrets are the canaries, and a sandbox that takes no others and keeps its journal in a file."""
    with open_site(
        accounts={SECRET_ID: canaries.account.text},
        storage_keys={canaries.access.text: canaries.storage.text},
        journal_path=own_var / "journal.jsonl",
        drip_pause=0.05,
    ) as opened:
        yield opened


def test_no_secret_gets_out(site: Site, canaries: Canaries, own_var: Path, figures: Figures) -> None:
    environ = environment(
        own_var,
        LOG_LEVEL="DEBUG",
        HTTP_PROXY=f"http://proxyuser:{quote(canaries.proxy.text, safe='')}@127.0.0.1:9",
        DATABASE_URL=database_url(password=canaries.database.text),
        OIDC_CLIENT_SECRET=canaries.sso.text,
        **SINGLE_SIGN_ON,
    )
    invited = make_person(username="invited")
    plant_factors(invited, canaries)
    sinks: dict[str, bytes] = {}
    with web_server(var_dir=own_var, environ=environ) as server, _worker(own_var, environ):
        sinks |= _pages("admin", *give_keys(server, site, canaries))
        sinks |= _pages("operator", start_with_every_fault(server, site))
        link = use_a_link(server, invited, canaries)
        sinks |= _pages("somebody with factors", *use_factors(server, invited, canaries))
        sinks |= _pages("auditor", *export_everything(server))
    assert Recording.objects.filter(state=State.ACCEPTED).exists(), "the keys that were planted are those in use"
    for debug, first in size(small=[(True, 200)], full=[(True, 200), (False, 220)]):
        broken = environ | {"TRROADMIN_DEBUG": str(debug)}
        with web_server(application="tests.proofs.failing_wsgi", var_dir=own_var, environ=broken) as server:
            browsers = break_everywhere(server, site, canaries, first)
        errors = [page for browser in browsers for page in browser.seen if page.status == 500]
        assert {"Traceback" in page.text for page in errors} == {debug}
        sinks |= _pages(f"debug {debug}", *browsers)
    _spill_an_answer(site)
    sinks |= commands(canaries, environ) | files_of(own_var) | sheets_of(own_var) | database_content()
    planted = [*canaries.all(), link]
    assert "\n".join(escaped(planted, sinks)) == ""
    figures.add("secrets planted", len(planted))
    figures.add("places searched", len(sinks), f"{sum(map(len, sinks.values())):,} bytes")


def test_a_secret_that_got_out_would_be_found(canaries: Canaries) -> None:
    for canary in canaries.all():
        content = canary.text.encode()
        for encoded in (
            content,
            content.hex().encode(),
            quote(canary.text).encode(),
            json.dumps(canary.text).encode(),
            html.escape(canary.text).encode(),
            repr(canary.text).encode(),
            *(base64.b64encode(b"x" * shift + content) for shift in range(3)),
        ):
            assert escaped([canary], {"somewhere": b"before " + encoded + b" after"})


def _worker(var_dir: Path, environ: Mapping[str, str]) -> AbstractContextManager[Path]:
    return running_command("worker", "--every", "0.1", var_dir=var_dir, environ=environ)


def _pages(who: str, *browsers: Browser) -> dict[str, bytes]:
    """Everything these browsers were shown."""
    pages = [page for browser in browsers for page in browser.seen]
    return {f"page {number} of {who} ({page.status})": page.raw for number, page in enumerate(pages)}


def _spill_an_answer(site: Site) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calls, "store", _keep)
        site.ask(300).start()


def _keep(row: ApiCall, outcome: Outcome, _conclude: object) -> None:
    spill.keep(call_id=row.pk, opened_at=row.created_at, outcome=outcome)
