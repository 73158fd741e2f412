"""Invite people and change their particulars and roles; each service records audit entries.

Users cannot change their own roles, and one credential admin always remains: the locks of memberships.py ensure it.
"""

from collections.abc import Collection

from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from recordings.audit_log.record import record_audit
from recordings.identity.memberships import RoleAssignment, describe_roles, keep_one_admin, locked, roles_of, set_roles
from recordings.identity.password_links import make_link
from recordings.identity.sessions import end_sessions
from recordings.identity.user_names import accept_name
from recordings.models import Role, User
from recordings.permissions import demand

ADMIN = RoleAssignment(role=Role.CREDENTIAL_ADMIN)


def invite(*, actor: User, person: User, roles: Collection[RoleAssignment]) -> str:
    """Create a person and return their password link.

    Raises PermissionDenied; ValidationError for a user name that is not allowed; IntegrityError if another
    request took it just now.
    """
    demand(actor, "people.change")
    return create_person(actor=actor, person=person, roles=roles)


def create_person(*, actor: User | str, person: User, roles: Collection[RoleAssignment]) -> str:
    """The same without a check of permissions, for the command line."""
    person.username = accept_name(person.username)
    person.set_unusable_password()
    with transaction.atomic():
        person.save(force_insert=True)
        set_roles(person, roles)
        link = make_link(person)
        after = {
            "username": person.username,
            "name": str(person),
            "email": person.email,
            "roles": describe_roles(roles),
        }
        record_audit(actor=actor, action="person.invited", target=person, after=after)
    return link


def change_person(
    *, actor: User, person: User, name: str, email: str, roles: Collection[RoleAssignment] | None
) -> bool:
    """Store name, address and roles; False if nothing changes. `roles=None` keeps the roles.

    A change of roles ends the person's sessions; a new address invalidates the link sent to the old one.
    Raises PermissionDenied; ValidationError for one's own roles, for roles from single sign-on, and for the last admin.
    """
    demand(actor, "people.change")
    with transaction.atomic():
        actor, stored = locked(actor=actor, person=person)
        demand(actor, "people.change")
        renamed = _change_particulars(actor, stored, name=name, email=email)
        return (roles is not None and _change_roles(actor, stored, set(roles))) or renamed


def _change_particulars(actor: User, person: User, *, name: str, email: str) -> bool:
    before: dict[str, str] = {}
    after: dict[str, str] = {}
    if name != person.get_full_name():
        before["name"], after["name"] = person.get_full_name(), name
        person.first_name, person.last_name = name, ""
    if email != person.email:
        before["email"], after["email"] = person.email, email
        person.email, person.invited_at = email, None
    if after:
        person.save(update_fields=["first_name", "last_name", "email", "invited_at"])
        record_audit(actor=actor, action="person.changed", target=person, before=before, after=after)
    return bool(after)


def _change_roles(actor: User, person: User, roles: set[RoleAssignment]) -> bool:
    held = roles_of(person)
    if roles == held:
        return False
    if actor.pk == person.pk:
        raise ValidationError(_("You cannot change your own roles. Ask another credential admin."))
    if SocialAccount.objects.filter(user=person).exists():
        raise ValidationError(_("The roles of this person come from single sign-on."))
    if ADMIN in held - roles:
        keep_one_admin(person)
    set_roles(person, roles)
    end_sessions(person)
    record_audit(
        actor=actor,
        action="membership.changed",
        target=person,
        before={"roles": describe_roles(held)},
        after={"roles": describe_roles(roles)},
    )
    return True
