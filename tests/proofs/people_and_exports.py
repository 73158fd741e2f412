"""Second factors, links that choose a password, single sign-on, the trail and exports: also near secrets."""

import zipfile
from pathlib import Path

from allauth.mfa.models import Authenticator
from django.db import transaction

from recordings import vault
from recordings.identity.password_links import make_link
from recordings.models import Export, User
from tests.factories import make_auditor

from .browser import Browser
from .canaries import Canaries, Canary
from .servers import Server

CHOOSE, FACTOR = "/people/password/", "/login/factor/"
SINGLE_SIGN_ON = {"OIDC_ISSUER": "https://127.0.0.1:9", "OIDC_CLIENT_ID": "admin", "OIDC_ROLES": "all=auditor"}


def plant_factors(person: User, canaries: Canaries) -> None:
    """An authenticator app and recovery codes of this person, stored as the sign-in stores them."""
    table = Authenticator._meta.db_table
    for kind, field, canary in (("totp", "secret", canaries.totp), ("recovery_codes", "seed", canaries.seed)):
        sealed = vault.seal_text(canary.text, table, str(person.pk), f"{kind}.{field}")
        data: dict[str, object] = {field: sealed} | ({"used_mask": 0} if field == "seed" else {})
        Authenticator.objects.create(user=person, type=kind, data=data)


def use_a_link(server: Server, person: User, canaries: Canaries) -> Canary:
    """Choose a password by a link, wrongly first. What opened it: only the page on which it is typed may hold it."""
    with transaction.atomic():
        code = make_link(person).partition("#")[2]
    browser = Browser(server.port)
    answers = {"code": code, "password": canaries.chosen.text, "again": canaries.chosen.text}
    assert browser.post(CHOOSE, browser.fill_in(CHOOSE, answers | {"again": "another"})).status == 422
    assert browser.post(CHOOSE, browser.fill_in(CHOOSE, answers)).status == 302
    person.refresh_from_db()
    return Canary(name="what opened a link", text=code, marks=(code.partition("-")[2].encode(),))


def use_factors(server: Server, person: User, canaries: Canaries) -> list[Browser]:
    """Look at one's factors, also where they are changed; a wrong code after the right password; single sign-on."""
    browser, stranger = Browser(server.port, person), Browser(server.port)
    for path in ("", "factors/", "factors/app/", "factors/app/remove/", "factors/codes/", "factors/codes/new/"):
        browser.get(f"/you/{path}")
    known = stranger.fill_in("/login/", {"login": person.username, "password": canaries.chosen.text})
    assert stranger.post("/login/", known).location.startswith(FACTOR)
    assert stranger.post(FACTOR, stranger.fill_in(FACTOR, {"code": "123456"})).status == 422
    stranger.post("/login/oidc/sso/", {"csrfmiddlewaretoken": known["csrfmiddlewaretoken"]})
    return [browser, stranger]


def export_everything(server: Server) -> list[Browser]:
    """Both lists in every format, and the trail's pages, by a user who sees it all."""
    browser = Browser(server.port, make_auditor())
    for path in ("/recordings/export/", "/audit/export/"):
        for format_ in Export.Format.values:
            made = browser.post(path, browser.fill_in(path, {"format": format_})).location
            for part in ("", "file/", "manifest/"):
                assert browser.get(f"{made}{part}").status == 200
    for path in ("/exports/", "/audit/", "/audit/1/", "/audit/anchors/", "/audit/checks/", "/people/"):
        assert browser.get(path).status == 200
    return [browser]


def sheets_of(folder: Path) -> dict[str, bytes]:
    """What is inside of Excel's files: compressed, nothing in them would be found."""
    found = {}
    for path in folder.rglob("*.xlsx"):
        with zipfile.ZipFile(path) as book:
            found |= {f"{path.name}: {name}": book.read(name) for name in book.namelist()}
    return found
