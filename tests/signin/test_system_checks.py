"""The server does not start with sign-in settings that are unsafe or that no user could pass."""

from typing import Any

import pytest
from django.core.checks import Tags, run_checks
from pytest_django.fixtures import Settings

from recordings.models import Role
from recordings.signin.oidc_roles import BadRoles, GroupRole, read_roles
from tests.factories import make_project


def errors() -> list[str]:
    found = run_checks(tags=[Tags.security])
    return [message.msg for message in found if message.id in {"trroadmin.E007", "trroadmin.E008"}]


def sound(settings: Settings, **others: Any) -> None:
    app = {"client_id": "trro", "secret": "x"} | others.pop("app", {})
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    settings.OIDC_ISSUER, settings.OIDC_ROLES = "https://id.example.com", "ops=operator"
    for name, value in others.items():
        setattr(settings, name, value)


def test_production_may_not_do_without_a_second_factor(settings: Settings) -> None:
    settings.DEVELOPMENT, settings.SECOND_FACTOR_REQUIRED = False, False
    assert errors() == ["SECOND_FACTOR_REQUIRED is off outside of development."]


def test_a_sound_single_sign_on_is_no_error(settings: Settings) -> None:
    sound(settings)
    assert errors() == []


@pytest.mark.parametrize(
    ("others", "complaint"),
    [
        ({"OIDC_ISSUER": "http://id.example.com"}, "not an https address"),
        ({"OIDC_ISSUER": "id.example.com"}, "not an https address"),
        ({"OIDC_ISSUER": "http://127.0.0.1:1", "DEVELOPMENT": False, "SECOND_FACTOR_REQUIRED": True}, "not an https"),
        ({"app": {"secret": ""}}, "OIDC_CLIENT_SECRET"),
        ({"OIDC_ROLES": ""}, "no user could sign in"),
        ({"OIDC_ROLES": "ops=boss"}, "'boss' is none of"),
        ({"OIDC_ROLES": "operator"}, "names no group"),
        ({"OIDC_ROLES": "a=operator@"}, "after @ comes"),
        ({"OIDC_ROLES": "a=operator@/m1"}, "after @ comes"),
        ({"OIDC_ROLES": "a=operator@Pit/"}, "after @ comes"),
        ({"OIDC_ROLES": "a=credential_admin@m1"}, "one for all projects"),
    ],
    ids=str,
)
def test_a_single_sign_on_that_cannot_work_or_is_open_is_an_error(
    settings: Settings, others: dict[str, Any], complaint: str
) -> None:
    sound(settings, **others)
    assert len(errors()) == 1
    assert complaint in errors()[0]


def test_groups_are_read_with_their_roles_and_projects() -> None:
    assert read_roles(" ops = operator@m1 ,night=shift=operator, audit=auditor,") == (
        GroupRole(group="ops", role=Role.OPERATOR, project_id="m1"),
        GroupRole(group="night=shift", role=Role.OPERATOR),
        GroupRole(group="audit", role=Role.AUDITOR),
    )
    with pytest.raises(BadRoles):
        read_roles("ops")


@pytest.mark.django_db
def test_a_project_id_that_two_accounts_have_is_an_error_unless_the_account_is_named(settings: Settings) -> None:
    first = make_project(project_id="m1")
    sound(settings, OIDC_ROLES="ops=operator@m1")
    assert ambiguous() == []
    make_project(project_id="m1")
    assert ambiguous() == ["OIDC_ROLES: several cloud accounts have a project 'm1'."]
    sound(settings, OIDC_ROLES=f"ops=operator@{first.account.name}/m1")
    assert ambiguous() == []


def ambiguous() -> list[str]:
    found = run_checks(tags=[Tags.database], databases=["default"])
    return [message.msg for message in found if message.id == "trroadmin.E009"]
