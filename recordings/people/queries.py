"""Which people a user may see, and which of their roles.

A user who may see people in some projects only sees people with a role there, and only their roles there.
"""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from recordings.identity.factors import FACTORS
from recordings.models import Membership, Role, User
from recordings.permissions import holds_everywhere, projects_where


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleSummary:
    """One role of a person and its projects; an empty tuple means all projects."""

    name: str
    projects: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSummary:
    """A person as the pages show them; `user` carries the annotations of `people_for`."""

    user: User
    roles: tuple[RoleSummary, ...]
    audits_own_actions: bool
    """An auditor with another role, who audits their own actions."""
    lacks_factor: bool
    """A credential admin who must add a second factor before anything else."""


def people_for(user: User, permission: str) -> QuerySet[User]:
    """The people whom the user may see or change.

    Each has `seen_roles`, `has_factor` and `by_sso` (a single sign-on user).
    """
    seen = _memberships_for(user, permission)
    factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
    people = User.objects.annotate(
        has_factor=Exists(factors), by_sso=Exists(SocialAccount.objects.filter(user=OuterRef("pk")))
    ).prefetch_related(Prefetch("memberships", queryset=seen, to_attr="seen_roles"))
    if holds_everywhere(user, permission):
        return people
    return people.filter(Exists(seen.filter(user=OuterRef("pk"))))


def _memberships_for(user: User, permission: str) -> QuerySet[Membership]:
    memberships = Membership.objects.select_related("project").order_by("role", "project__name", "pk")
    if holds_everywhere(user, permission):
        return memberships
    return memberships.filter(Q(project=None) | Q(project__in=projects_where(user, permission)))


def summarize_person(user: User) -> PersonSummary:
    """A user of `people_for` with the texts of their roles."""
    seen: list[Membership] = user.seen_roles  # type: ignore[attr-defined]
    held = {each.role for each in seen}
    return PersonSummary(
        user=user,
        roles=tuple(_summarize_role(role, seen) for role in Role if role in held),
        audits_own_actions=Role.AUDITOR in held and len(held) > 1,
        lacks_factor=settings.SECOND_FACTOR_REQUIRED and Role.CREDENTIAL_ADMIN in held and not user.has_factor,  # type: ignore[attr-defined]
    )


def _summarize_role(role: Role, seen: list[Membership]) -> RoleSummary:
    projects = [each.project for each in seen if each.role == role]
    everywhere = None in projects
    return RoleSummary(name=str(role.label), projects=() if everywhere else tuple(str(project) for project in projects))
