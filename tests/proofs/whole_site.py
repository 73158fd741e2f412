"""Everything people and machines do where secrets are near: what the search for canaries looks at afterwards."""

from itertools import product

from recordings.lifecycle.reference import new_reference
from recordings.models import CloudAccount, Recording, StorageCredential
from recordings.sandbox import Fault
from tests.factories import make_admin

from .browser import START, Browser, start_fields
from .canaries import Canaries
from .servers import Server, run_command
from .site import Site
from .sizes import FULL, size

FAULTS = size(small=[Fault.REFUSE, Fault.RESET_AFTER, Fault.HTML, Fault.TASK_ID_LONG], full=list(Fault))
BREAKING = ("read_keys", "open_sealed", "mac_of", "call", "start_recording")
"""Places near secrets that a start passes; `seal` is the one that adding an account passes."""


def give_keys(server: Server, site: Site, canaries: Canaries) -> list[Browser]:
    """Type every key into its form, wrongly too, and look at what is shown of it."""
    browser = Browser(server.port, make_admin())
    account, storage = site.devices[0].project.account, site.storage
    forms = {
        f"{account.get_absolute_url()}key/": {"secret_id": account.secret_id, "secret_key": canaries.account.text},
        f"{storage.get_absolute_url()}key/": {
            "access_key": canaries.access.text,
            "secret_key": canaries.storage.text,
        },
    }
    for path, key in forms.items():
        typed = {name: canaries.typed.text if name != "secret_id" else value for name, value in key.items()}
        answers = browser.fill_in(path, {})
        assert browser.post(path, answers | typed).status == 422, "its test fails"
        assert browser.post(path, answers | key | {"csrfmiddlewaretoken": "gone"}).status == 403
        assert browser.post(path, answers | key | {"without_test": "on", "reason": "no bucket here"}).status == 303
    for row in (account, storage):
        path = f"{row.get_absolute_url()}edit/"
        answers = browser.fill_in(path, _answers(row))
        assert browser.post(path, answers | {"secret_key": canaries.typed.text}).status == 422
        assert browser.post(path, answers | {"name": ""}).status == 422
    for path in ("accounts/", "storage/", "accounts/new/", "storage/new/"):
        browser.get(f"/credentials/{path}")
    for path in forms:
        browser.get(path)
        browser.get(path.removesuffix("key/"))
    signature = f"{account.get_absolute_url()}signature/"
    assert browser.post(signature, browser.fill_in(signature, {})).status == 200
    stranger = Browser(server.port)
    wrong = {"login": "somebody", "password": canaries.typed.text}
    stranger.post("/login/", stranger.fill_in("/login/", wrong))
    return [browser, stranger]


def _answers(row: CloudAccount | StorageCredential) -> dict[str, str]:
    """What the row's form holds already."""
    names = (
        "name",
        "secret_id",
        "endpoint",
        "region",
        "language",
        "calls_per_second",
        "live_limit",
        "vendor",
        "bucket",
    )
    answers = {name: str(getattr(row, name)) for name in names if hasattr(row, name)}
    if isinstance(row, StorageCredential):
        answers["projects"] = str(row.projects.get().pk)
    return answers


def start_with_every_fault(server: Server, site: Site) -> Browser:
    browser = Browser(server.port, site.operator)
    for number, fault in enumerate([None, *FAULTS]):
        if fault:
            site.sandbox.add_fault(fault)
        browser.start(site.ask(number))
    for recording in Recording.objects.all():
        browser.get(recording.get_absolute_url())
        browser.get(f"{recording.get_absolute_url()}support/")
        for call in recording.calls.all():
            browser.get(f"{recording.get_absolute_url()}calls/{call.pk}/")
    for path in ("/recordings/", "/recordings/999999/", "/nowhere/", "/credentials/accounts/new/", "/fleet/devices/"):
        browser.get(path)
    return browser


def break_everywhere(server: Server, site: Site, canaries: Canaries, first: int) -> list[Browser]:
    """A 500 from each of the places where secrets are near, on streams from the number `first` on."""
    operator, admin = Browser(server.port, site.operator), Browser(server.port, make_admin())
    form = operator.fill_in(START, {})
    for number, (place, accept) in enumerate(product(BREAKING, ("text/html", "text/plain")), first):
        operator.headers = {"X-Fail-At": place, "Accept": accept}
        fields = start_fields(site.ask(number)) | {"reference": new_reference()}
        assert operator.post(START, form | fields).status == 500
    account = site.devices[0].project.account
    path = f"{account.get_absolute_url()}key/"
    answers = admin.fill_in(path, {"secret_id": account.secret_id, "without_test": "on", "reason": "to see it fail"})
    admin.headers = {"X-Fail-At": "seal"}
    assert admin.post(path, answers | {"secret_key": canaries.typed.text}).status == 500
    return [operator, admin]


def commands(canaries: Canaries, environ: dict[str, str]) -> dict[str, bytes]:
    """What the commands say, a rotation among them."""
    both = {"TRROADMIN_ENCRYPTION_KEYS": f"new:{canaries.new.text},old:{canaries.old.text}"}
    wrong = {"TRROADMIN_ENCRYPTION_KEYS": f"new:{canaries.new.text[:-5]},{canaries.old.text}"}
    unquoted = {"TRROADMIN_DATABASE_URL": f"postgres://somebody:{canaries.database.text}@127.0.0.1/nowhere"}
    run = {
        "rotate_keys": run_command("rotate_keys", environ=environ | both),
        "check with bad keys": run_command("check", environ=environ | wrong),
        "check with a bad database": run_command("check", environ=environ | unquoted),
    }
    assert b"secrets re-encrypted" in run["rotate_keys"].stdout
    if FULL:
        run |= {
            "check": run_command("check", "--database", "default", environ=environ | both),
            "check without the new key": run_command("check", "--database", "default", environ=environ),
            "worker without the new key": run_command("worker", environ=environ),
            "rotate_keys without the new key": run_command("rotate_keys", environ=environ),
            "dumpdata": run_command("dumpdata", environ=environ),
        }
    return {f"output of {name}": process.stdout for name, process in run.items()}
