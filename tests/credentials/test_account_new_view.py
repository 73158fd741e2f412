"""Adding a cloud account."""

from typing import Any

import pytest
from pytest_django.fixtures import Settings

from recordings import vault
from recordings.models import AuditEntry, CloudAccount, User
from tests.factories import make_account, signed_in
from tests.forms import FRAGMENT, errors_of, hostile_answers

pytestmark = pytest.mark.django_db
URL = "/credentials/accounts/new/"
SECRET = "the-secret-key-0123456789abc"


@pytest.fixture
def answers() -> dict[str, Any]:
    return {
        "name": "Mining", "secret_id": "AKIDz8krbsJ5yKBZQpn74WFkmLPx3", "secret_key": SECRET,
        "endpoint": "trro.tencentcloudapi.com", "region": "ap-guangzhou", "language": "zh-CN",
        "calls_per_second": "20", "live_limit": "100",
    }  # fmt: skip


def test_it_is_stored_sealed_with_an_entry_and_its_page_follows(admin: User, answers: dict[str, Any]) -> None:
    response = signed_in(admin).post(URL, answers)
    account = CloudAccount.objects.get()
    assert (response.status_code, response.headers["Location"]) == (303, account.get_absolute_url())
    assert vault.open_sealed(account, "secret_key") == SECRET
    assert (account.secret_key_hint, account.secret_id) == ("9abc", answers["secret_id"])
    assert SECRET.encode() not in bytes(account.secret_key_sealed)
    entry = AuditEntry.objects.get(action="account.created")
    assert (entry.after["secret_key"], entry.after["secret_id"]) == ("set", "set")
    assert entry.after["endpoint"] == "trro.tencentcloudapi.com"


def test_white_space_around_a_key_is_dropped(admin: User, answers: dict[str, Any]) -> None:
    answers |= {"secret_key": f"\t {SECRET}\r\n", "secret_id": f" {answers['secret_id']}\n"}
    assert signed_in(admin).post(URL, answers).status_code == 303
    account = CloudAccount.objects.get()
    assert vault.open_sealed(account, "secret_key") == SECRET
    assert account.secret_id == "AKIDz8krbsJ5yKBZQpn74WFkmLPx3"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("trro.tencentcloudapi.com", "trro.tencentcloudapi.com"),
        ("https://trro.intl.tencentcloudapi.com/", "trro.intl.tencentcloudapi.com"),
        ("trro.ap-guangzhou.tencentcloudapi.com:443", "trro.ap-guangzhou.tencentcloudapi.com"),
        ("http://127.0.0.1:8099", "http://127.0.0.1:8099"),
    ],
)
def test_the_endpoint_is_kept_as_calls_use_it(admin: User, answers: dict[str, Any], typed: str, stored: str) -> None:
    assert signed_in(admin).post(URL, answers | {"endpoint": typed}).status_code == 303
    assert CloudAccount.objects.get().endpoint == stored


@pytest.mark.parametrize(
    "endpoint",
    [
        "tencentcloudapi.com",
        "eviltrro.tencentcloudapi.com",
        "trro.tencentcloudapi.com.evil.example",
        "http://trro.tencentcloudapi.com",
        "trro.tencentcloudapi.com/path",
        "user:password@trro.tencentcloudapi.com",
        "trro.tencentcloudapi.com:8443",
        "http://10.0.0.1:8099",
        "ftp://127.0.0.1",
        "http://[::1",
        "trro.tencentcloudapi。com",
    ],
)
def test_calls_go_to_the_vendor_only(admin: User, answers: dict[str, Any], endpoint: str) -> None:
    errors = errors_of(signed_in(admin), URL, answers | {"endpoint": endpoint})
    assert list(errors) == ["endpoint"]
    assert "so they go to Tencent Cloud only" in errors["endpoint"][0]


def test_production_does_not_call_this_machine(admin: User, answers: dict[str, Any], settings: Settings) -> None:
    settings.DEVELOPMENT = False
    errors = errors_of(signed_in(admin), URL, answers | {"endpoint": "http://127.0.0.1:8099"})
    assert list(errors) == ["endpoint"]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("secret_key", "", "This field is required."),
        ("secret_key", "   ", "This field is required."),
        ("secret_key", "with space in it", "without spaces"),
        ("secret_key", "sécret-key-0123456789", "ASCII symbols only"),
        ("secret_key", "short", "at least 8 characters"),
        ("secret_key", "x" * 129, "at most 128 characters"),
        ("secret_key", "with\x00nul-0123456789", ""),
        ("secret_id", "", "This field is required."),
        ("secret_id", "AKID with space", "without spaces"),
        ("region", "Guangzhou", "such as ap-guangzhou"),
        ("region", "ap_guangzhou", "such as ap-guangzhou"),
        ("language", "fr-FR", "not one of the available choices"),
        ("calls_per_second", "0", "greater than or equal to 1"),
        ("calls_per_second", "100001", "less than or equal to 100000"),
        ("live_limit", "0", "greater than or equal to 1"),
        ("live_limit", "many", "Enter a whole number."),
        ("name", "x" * 101, "at most 100 characters"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    admin: User, answers: dict[str, Any], field: str, value: str, said: str
) -> None:
    errors = errors_of(signed_in(admin), URL, answers | {field: value})
    assert list(errors) == [field]
    assert said in errors[field][0]


def test_a_name_that_is_taken_is_refused(admin: User, answers: dict[str, Any]) -> None:
    make_account(name="Mining")
    assert errors_of(signed_in(admin), URL, answers) == {"name": ["Another cloud account has this name."]}


@pytest.mark.parametrize("headers", [{}, FRAGMENT])
def test_after_an_error_only_the_secret_must_be_entered_again(
    headers: dict[str, str], admin: User, answers: dict[str, Any]
) -> None:
    response = signed_in(admin).post(URL, answers | {"region": "?"}, headers=headers)
    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="Mining"' in page
    assert 'value="AKIDz8krbsJ5yKBZQpn74WFkmLPx3"' in page
    assert SECRET not in page
    assert "Enter the keys again" in page
    assert 'autocomplete="new-password"' in page


def test_secret_that_was_not_entered_is_not_requested_again(admin: User, answers: dict[str, Any]) -> None:
    page = signed_in(admin).post(URL, answers | {"secret_key": ""}).content.decode()
    assert "Enter the keys again" not in page


def test_nothing_that_is_posted_breaks_it(admin: User, answers: dict[str, Any]) -> None:
    client = signed_in(admin)
    for what, posted in hostile_answers(answers | {"repeat_internal_error": "on"}):
        assert client.post(URL, posted).status_code in {303, 422}, what
