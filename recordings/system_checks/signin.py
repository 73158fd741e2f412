"""Checks of the sign-in settings before a server starts."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps.config import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from recordings.signin.oidc_roles import BadRoles, projects_of, read_roles


@register(Tags.security)
def second_factor_is_required(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    if settings.SECOND_FACTOR_REQUIRED or settings.DEVELOPMENT:
        return []
    return [Error("SECOND_FACTOR_REQUIRED is off outside of development.", id="trroadmin.E007")]


@register(Tags.security)
def single_sign_on_is_sound(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """An issuer needs https, a client id with secret, and at least one group with a role."""
    return [Error(complaint, id="trroadmin.E008") for complaint in _complaints()] if settings.OIDC_ISSUER else []


@register(Tags.database)
def groups_name_one_project(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Each `role@ProjectId` of OIDC_ROLES must name one project: two accounts can have the same ProjectId."""
    if not databases or not settings.OIDC_ISSUER:
        return []
    try:
        given = [each for each in read_roles(settings.OIDC_ROLES) if each.project_id]
        several = [each for each in given if projects_of(each).count() > 1]
    except (BadRoles, DatabaseError):
        return []  # the other check reports it; or no tables yet
    return [
        Error(
            f"OIDC_ROLES: several cloud accounts have a project {each.project_id!r}.",
            hint=f"Name the account: {each.group}={each.role.value}@account name/{each.project_id}",
            id="trroadmin.E009",
        )
        for each in several
    ]


def _complaints() -> Iterator[str]:
    issuer = urlsplit(settings.OIDC_ISSUER)
    loopback = settings.DEVELOPMENT and issuer.hostname in {"127.0.0.1", "localhost"}
    if not issuer.hostname or not (issuer.scheme == "https" or loopback):
        yield "OIDC_ISSUER is not an https address."
    apps: Any = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    for app in apps:
        if not app["client_id"] or not app["secret"]:
            yield "OIDC_CLIENT_ID or OIDC_CLIENT_SECRET is not set."
    try:
        if not read_roles(settings.OIDC_ROLES):
            yield "OIDC_ROLES is not set: no user could sign in."
    except BadRoles as error:
        yield f"OIDC_ROLES: {error}"
