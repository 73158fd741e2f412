"""A person's access: disable, enable, sign out everywhere, create a password link, remove second factors.

Each service records an audit entry. Users cannot disable themselves, create their own link or remove their own factors
here.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from recordings.audit_log.record import record_audit
from recordings.identity.memberships import keep_one_admin, locked
from recordings.identity.password_links import make_link, valid_until
from recordings.identity.sessions import end_sessions
from recordings.models import User
from recordings.permissions import demand


def disable(*, actor: User, person: User) -> bool:
    """Disable a person at once; False if they already are. Their password link stays invalid after enabling.

    Raises PermissionDenied; ValidationError for oneself and for the last credential admin.
    """
    with _changing(actor, person) as (actor, person):
        _not_oneself(actor, person, _("You cannot disable yourself. Ask another credential admin."))
        if not person.is_active:
            return False
        keep_one_admin(person)
        person.is_active, person.invited_at = False, None
        person.save(update_fields=["is_active", "invited_at"])
        end_sessions(person)
        record_audit(actor=actor, action="person.disabled", target=person)
        return True


def enable(*, actor: User, person: User) -> bool:
    """Enable a person with their former roles; False if they already are. Raises PermissionDenied."""
    with _changing(actor, person) as (actor, person):
        if person.is_active:
            return False
        person.is_active = True
        person.save(update_fields=["is_active"])
        record_audit(actor=actor, action="person.enabled", target=person)
        return True


def sign_out_everywhere(*, actor: User, person: User) -> None:
    """End every session of a person, who may be the actor. Raises PermissionDenied."""
    with _changing(actor, person) as (actor, person):
        end_sessions(person)
        record_audit(actor=actor, action="person.signed_out", target=person)


def new_link(*, actor: User, person: User) -> str:
    """Create a password link. The current password stays valid until the link is used.

    Raises PermissionDenied; ValidationError for oneself, for disabled people and for single sign-on users.
    """
    with _changing(actor, person) as (actor, person):
        _not_oneself(actor, person, _("Change your own password on your own page."))
        if not person.is_active:
            raise ValidationError(_("This person is disabled. Enable them first."))
        if SocialAccount.objects.filter(user=person).exists():
            raise ValidationError(_("This person signs in through single sign-on and has no password here."))
        link = make_link(person)
        record_audit(actor=actor, action="person.link_made", target=person, after={"until": str(valid_until(person))})
        return link


def remove_factors(*, actor: User, person: User) -> bool:
    """Remove a person's second factors and recovery codes, for a lost device; False if there are none.

    Raises PermissionDenied; ValidationError for oneself.
    """
    with _changing(actor, person) as (actor, person):
        _not_oneself(actor, person, _("Remove your own second factors on your own page."))
        factors = Authenticator.objects.filter(user=person)
        kinds = [str(kind) for kind in factors.order_by("type", "pk").values_list("type", flat=True)]
        if not kinds:
            return False
        factors.delete()
        end_sessions(person)
        record_audit(actor=actor, action="person.factors_removed", target=person, before={"factors": kinds})
        return True


@contextmanager
def _changing(actor: User, person: User) -> Iterator[tuple[User, User]]:
    """The transaction of one change: both rows locked and read again, and the actor's permission checked again."""
    demand(actor, "people.change")
    with transaction.atomic():
        actor, person = locked(actor=actor, person=person)
        demand(actor, "people.change")
        yield actor, person


def _not_oneself(actor: User, person: User, because: str) -> None:
    if actor.pk == person.pk:
        raise ValidationError(because)
