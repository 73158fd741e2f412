"""Which people somebody may see, and of their roles which.

Whoever sees people in some projects only sees those with a role there, and of their roles those there.
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
class RoleShown:
    """One role of a person, and the projects it is for; none of them means all."""

    name: str
    projects: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonShown:
    """A person as the pages show them; `user` has what `people_for` adds."""

    user: User
    roles: tuple[RoleShown, ...]
    judges_oneself: bool
    """An auditor with another role: whoever reads the trail reads of their own deeds."""
    misses_factor: bool
    """A credential admin who must add a second factor before anything else."""


def people_for(user: User, permission: str) -> QuerySet[User]:
    """The people whom the user may see or change.

    Each with `seen_roles`, `has_factor` and `by_sso`, whether they came by single sign-on.
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


def shown_person(user: User) -> PersonShown:
    """Somebody of `people_for`, with their roles in words."""
    seen: list[Membership] = user.seen_roles  # type: ignore[attr-defined]
    held = {each.role for each in seen}
    return PersonShown(
        user=user,
        roles=tuple(_shown_role(role, seen) for role in Role if role in held),
        judges_oneself=Role.AUDITOR in held and len(held) > 1,
        misses_factor=settings.SECOND_FACTOR_REQUIRED and Role.CREDENTIAL_ADMIN in held and not user.has_factor,  # type: ignore[attr-defined]
    )


def _shown_role(role: Role, seen: list[Membership]) -> RoleShown:
    projects = [each.project for each in seen if each.role == role]
    everywhere = None in projects
    return RoleShown(name=str(role.label), projects=() if everywhere else tuple(str(project) for project in projects))
