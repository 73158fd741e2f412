"""Single sign-on through a real provider on loopback: who gets in, as whom, and with which roles."""

import json
import time
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from recordings.models import AuditEntry, Project, Role, User
from tests.factories import make_operator, make_project

from .authenticators import is_signed_in
from .provider import Provider, running_provider
from .single_sign_on import SSO, go_there, sign_in, use

pytestmark = pytest.mark.django_db
LIN = {"sub": "248289761001", "preferred_username": "lin", "name": "Lin Wei", "email": "lin@example.com"}


@pytest.fixture(scope="module")
def server() -> Iterator[Provider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(server: Provider, settings: Settings) -> Provider:
    cache.clear()
    url = server.url
    server.__init__(url=url, person=LIN | {"groups": ["ops", "everybody"]})  # type: ignore[misc]
    use(settings, server)
    return server


@pytest.fixture
def pit(db: None) -> Project:
    return make_project(project_id="m82k5408n999999")


def held(username: str = "lin") -> set[tuple[str, str]]:
    memberships = User.objects.get(username=username).memberships.select_related("project")
    return {(each.role, each.project.project_id if each.project else "") for each in memberships}


def test_a_user_in_a_known_group_signs_in_with_its_role(provider: Provider, pit: Project) -> None:
    client = Client()
    response = sign_in(client, next="/recordings/new/")
    assert response.headers["Location"] == "/recordings/new/"
    assert client.get("/recordings/new/").status_code == 200
    assert held() == {("operator", pit.project_id)}
    actions = list(AuditEntry.objects.order_by("sequence").values_list("action", flat=True))
    assert actions == ["person.came_by_sso", "membership.from_groups", "session.began"]
    assert AuditEntry.objects.get(action="session.began").after == {"with": ["sso"]}
    assert AuditEntry.objects.get(action="membership.from_groups").after == {"roles": [f"operator@{pit.project_id}"]}


def test_the_authorization_request_has_state_nonce_and_pkce_and_no_secret(provider: Provider) -> None:
    query = parse_qs(urlsplit(go_there(Client())).query)
    assert query["response_type"] == ["code"]
    assert query["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= query.keys()
    assert "client_secret" not in query
    assert query["redirect_uri"] == ["http://testserver/login/oidc/sso/callback/"]


def test_a_second_sign_in_changes_nothing_and_is_the_same_user(provider: Provider, pit: Project) -> None:
    sign_in(Client())
    client = Client()
    sign_in(client)
    assert is_signed_in(client)
    assert User.objects.count() == 1
    assert AuditEntry.objects.filter(action="membership.from_groups").count() == 1


def test_other_groups_give_other_roles_and_end_older_sessions(provider: Provider, pit: Project) -> None:
    before, after = Client(), Client()
    sign_in(before)
    provider.person["groups"] = ["audit", "admins"]
    sign_in(after)
    assert held() == {("auditor", ""), ("credential_admin", "")}
    assert is_signed_in(after)
    assert not is_signed_in(before)
    entry = AuditEntry.objects.filter(action="membership.from_groups").latest("sequence")
    assert entry.before == {"roles": [f"operator@{pit.project_id}"]}
    assert entry.after == {"roles": ["auditor", "credential_admin"]}


@pytest.mark.parametrize("groups", [[], ["everybody"], "opsx", ["OPS"]])
def test_a_user_without_a_known_group_is_refused_and_not_stored(provider: Provider, groups: object) -> None:
    provider.person["groups"] = groups
    client = Client()
    response = sign_in(client)
    assert response.status_code == 403
    assert "none of your groups has a role here" in response.content.decode()
    assert not is_signed_in(client)
    assert not User.objects.exists()
    assert not SocialAccount.objects.exists()
    assert AuditEntry.objects.get().action == "session.refused"


def test_a_user_who_left_the_last_group_loses_roles_and_sessions_and_is_refused(
    provider: Provider, pit: Project
) -> None:
    before = Client()
    sign_in(before)
    provider.person["groups"] = []
    client = Client()
    assert sign_in(client).status_code == 403
    assert held() == set()
    assert not is_signed_in(client)
    assert not is_signed_in(before)


def test_no_user_becomes_an_existing_user_with_the_same_name_and_address(provider: Provider, pit: Project) -> None:
    local = make_operator(username="lin", email="lin@example.com", password="correct horse battery")
    client = Client()
    sign_in(client)
    assert client.get("/you/").context["user"].pk != local.pk
    assert SocialAccount.objects.get().user.username == "lin-2"
    local.refresh_from_db()
    assert local.check_password("correct horse battery")
    assert local.memberships.get().role == Role.OPERATOR


def test_a_signed_in_user_cannot_connect_the_provider_to_their_account(provider: Provider, pit: Project) -> None:
    local = make_operator(username="wu", password="correct horse battery")
    client = Client()
    client.post("/login/", {"login": "wu", "password": "correct horse battery"})
    client.post(f"{SSO}?process=connect", {"process": "connect"})
    sign_in(client, process="connect")
    assert not SocialAccount.objects.filter(user=local).exists()


def test_the_same_subject_at_another_issuer_is_another_user(
    provider: Provider, pit: Project, settings: Settings
) -> None:
    sign_in(Client())
    with running_provider() as other:
        other.person = dict(provider.person)
        use(settings, other)
        sign_in(Client())
    assert SocialAccount.objects.count() == User.objects.count() == 2


def test_a_disabled_user_is_refused(provider: Provider, pit: Project) -> None:
    sign_in(Client())
    User.objects.update(is_active=False)
    client = Client()
    sign_in(client)
    assert not is_signed_in(client)
    assert b"account is disabled" in client.get("/login/").content


def test_only_the_groups_of_the_providers_response_are_kept(provider: Provider, pit: Project) -> None:
    sign_in(Client())
    assert SocialAccount.objects.get().extra_data == {"groups": ["ops", "everybody"]}
    assert not SocialToken.objects.exists()
    person = User.objects.get()
    assert (person.first_name, person.last_name, person.email) == ("Lin", "Wei", "")
    assert not person.has_usable_password()


def test_hidden_characters_are_removed_from_names(provider: Provider, pit: Project) -> None:
    provider.person |= {"preferred_username": "l\u202ein\n", "name": "L\u0000in <b>" + "x" * 400}
    sign_in(Client())
    person = User.objects.get()
    assert person.username == "lin"
    assert person.first_name == "Lin"
    assert len(person.last_name) <= 150


def test_a_project_that_is_not_here_gives_nothing_and_the_person_gets_in_without_a_role(provider: Provider) -> None:
    client = Client()
    sign_in(client)
    assert is_signed_in(client)
    assert held() == set()


def test_sensitive_pages_require_a_sign_in_at_the_provider_again(provider: Provider, pit: Project) -> None:
    client = Client()
    sign_in(client)
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    response = client.get("/you/factors/app/")
    assert response.headers["Location"].startswith(SSO)
    assert b"Confirm your identity" in client.get(response.headers["Location"]).content
    sign_in(client, next="/you/factors/app/")
    assert (provider.asked[-1]["prompt"], provider.asked[-1]["max_age"]) == ("login", "0")
    assert client.get("/you/factors/app/").headers["Location"].startswith(SSO), "it did not say that it asked"
    provider.claims = {"auth_time": int(time.time())}
    sign_in(client, next="/you/factors/app/")
    assert client.get("/you/factors/app/").status_code == 200


def test_an_authentication_hours_ago_at_the_provider_confirms_nothing_now(provider: Provider, pit: Project) -> None:
    provider.claims = {"auth_time": int(time.time()) - 3600}
    client = Client()
    sign_in(client)
    assert is_signed_in(client)
    assert client.get("/you/factors/app/").headers["Location"].startswith(SSO)
    provider.claims = {"auth_time": int(time.time())}
    sign_in(client)
    assert client.get("/you/factors/app/").status_code == 200


def test_without_an_issuer_there_is_no_single_sign_on(settings: Settings) -> None:
    assert not settings.OIDC_ISSUER
    assert Client().get(SSO).status_code == 404
    assert Client().post(SSO).status_code == 404
    assert Client().get(f"{SSO}callback/").status_code == 404
    assert SSO not in Client().get("/login/").content.decode()


@pytest.mark.parametrize(
    ("name", "username"),
    [("system", "system-2"), ("SYSTEM", "SYSTEM-2"), ("boss\u202e", "boss"), ("Lin Wei", "Lin-Wei"), ("<>", "sso")],
)
def test_a_name_that_our_forms_would_refuse_is_not_taken_as_it_is(
    provider: Provider, pit: Project, name: str, username: str
) -> None:
    provider.person["preferred_username"] = name
    sign_in(Client())
    assert User.objects.get().username == username


GROUPS_MISSING = [
    {},
    {"groups": None},
    {"groups": ""},
    {"groups": {"ops": 1}},
    {"groups": [1, 2]},
    {"hasgroups": True},
    {"_claim_names": {"groups": "src1"}, "_claim_sources": {"src1": {"endpoint": "https://graph.example/"}}},
    {"groups": ["audit"], "_claim_names": {"groups": "src1"}},
]


@pytest.mark.parametrize("claims", GROUPS_MISSING, ids=str)
def test_missing_groups_refuse_the_sign_in_and_keep_the_roles(
    provider: Provider, pit: Project, claims: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    sign_in(Client())
    before = held()
    provider.person = LIN | claims
    client = Client()
    response = sign_in(client)
    assert response.status_code == 403
    assert "Your groups were not sent" in response.content.decode()
    assert "no_groups" in caplog.text
    assert not is_signed_in(client)
    assert held() == before == {("operator", pit.project_id)}


def test_an_empty_list_of_groups_removes_the_roles(provider: Provider, pit: Project) -> None:
    sign_in(Client())
    provider.person["groups"] = []
    assert sign_in(Client()).status_code == 403
    assert held() == set()


def test_a_project_id_that_two_accounts_have_gives_a_role_only_with_the_account_named(
    provider: Provider, pit: Project, settings: Settings
) -> None:
    other = make_project(project_id=pit.project_id)
    client = Client()
    sign_in(client)
    assert held() == set()
    settings.OIDC_ROLES = f"ops=operator@{other.account.name}/{pit.project_id}"
    sign_in(Client())
    assert list(User.objects.get(username="lin").memberships.values_list("project", flat=True)) == [other.pk]


@pytest.mark.parametrize("seconds", [-50, 1, 50])
def test_a_clock_that_is_off_by_less_than_a_minute_is_accepted(provider: Provider, pit: Project, seconds: int) -> None:
    now = int(time.time()) + seconds
    provider.claims = {"iat": now, "nbf": now, "exp": now + 5}
    client = Client()
    sign_in(client)
    assert is_signed_in(client)


@pytest.mark.parametrize("seconds", [-90, 90])
def test_a_clock_that_is_off_by_more_is_refused_and_the_log_says_by_how_much(
    provider: Provider, seconds: int, caplog: pytest.LogCaptureFixture
) -> None:
    now = int(time.time()) + seconds
    provider.claims = {"iat": now, "nbf": now, "exp": now + 5}
    client = Client()
    assert sign_in(client).status_code == 401
    assert "not valid at this time: iat" in caplog.text
    assert not is_signed_in(client)


def form_action(path: str) -> str:
    policy = Client().get(path).headers["Content-Security-Policy"]
    return next(part for part in policy.split("; ") if part.startswith("form-action"))


@pytest.mark.parametrize("path", ["/login/", SSO])
def test_the_button_may_lead_to_a_sign_in_page_at_another_origin_than_the_issuer(provider: Provider, path: str) -> None:
    elsewhere = provider.configuration() | {"authorization_endpoint": "https://accounts.example:8443/authorize?x=1"}
    provider.answers["/.well-known/openid-configuration"] = (200, json.dumps(elsewhere).encode())
    assert form_action(path).split()[1:] == ["'self'", provider.url, "https://accounts.example:8443"]
    assert "accounts.example" not in Client().get("/people/password/").headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "endpoint", ["https://a.example; script-src *", "javascript:x", "https://*.example/", "//x", "https://", 7, None]
)
def test_what_discovery_says_cannot_open_the_policy(provider: Provider, endpoint: object) -> None:
    odd = provider.configuration() | {"authorization_endpoint": endpoint}
    provider.answers["/.well-known/openid-configuration"] = (200, json.dumps(odd).encode())
    assert form_action("/login/").split()[1:] == ["'self'", provider.url]


def test_the_sign_in_page_works_while_discovery_is_down_and_uses_the_last_origin(provider: Provider) -> None:
    provider.answers["/.well-known/openid-configuration"] = (500, b"")
    assert form_action("/login/").split()[1:] == ["'self'", provider.url]
    assert Client().get("/login/").status_code == 200
