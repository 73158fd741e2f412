"""People, and what they may do where."""

import unicodedata
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    OPERATOR = "operator", _("Operator")
    CREDENTIAL_ADMIN = "credential_admin", _("Credential admin")
    AUDITOR = "auditor", _("Auditor")


LONGEST_NAME = 150
"""Characters of a user name in its normal form."""


def normal_name(text: str) -> str:
    """A user name in the form in which it is stored: full-width letters, ligatures and the like become plain ones."""
    return unicodedata.normalize("NFKC", text.strip()).strip()


def name_key(text: str) -> str:
    """What two spellings of one user name have in common: the normal form, without letter case."""
    folded = unicodedata.normalize("NFKC", normal_name(text).casefold())
    return unicodedata.normalize("NFKC", folded.casefold())


class PeopleManager(UserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        """The user with this name in any spelling: what sign-in and createsuperuser look a name up with."""
        return self.get(username_key=name_key(username or ""))


class User(AbstractUser):
    """A person who signs in. Never deleted, only made inactive: recordings name who requested them.

    Two users cannot have the same name in different spellings: the database keeps `username_key` unique.
    """

    username_key = models.CharField(max_length=3 * LONGEST_NAME, unique=True, blank=True, editable=False)
    """Set by `save`. Case folding makes at most three characters of one."""
    objects: ClassVar[PeopleManager] = PeopleManager()

    session_version = models.PositiveIntegerField(default=0, editable=False)
    last_seen_at = models.DateTimeField(null=True, blank=True, editable=False)
    """When this person last did something, to the minute; a page that refreshes itself does not count."""
    invited_at = models.DateTimeField(null=True, blank=True, editable=False)
    """When a link to choose a password was last made."""

    is_display = False
    """Set on the request's user by identity/sessions.py when a wall screen shows pages for this person."""

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the name in its normal form. Raises ValidationError when that is longer than its column."""
        self.username = normal_name(self.username)
        self.username_key = name_key(self.username)
        if len(self.username) > LONGEST_NAME:
            raise ValidationError(_("A user name has at most 150 characters."))
        super().save(*args, **kwargs)

    def get_session_auth_hash(self) -> str:
        """Ends every session when the password or `session_version` (a role, a factor) changes."""
        return self._session_hash()

    def get_session_auth_fallback_hash(self) -> Any:
        from django.conf import settings

        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_hash(secret)

    def _session_hash(self, secret: str | bytes | None = None) -> str:
        value = f"{self.password}:{self.session_version}"
        return salted_hmac("recordings.User.session", value, secret=secret, algorithm="sha256").hexdigest()

    @cached_property
    def held(self) -> list["Membership"]:
        """This person's memberships, read once a request."""
        return list(self.memberships.all()) if self.is_active else []

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def get_absolute_url(self) -> str:
        return reverse("person", args=[self.pk])


class Membership(models.Model):
    """A user's role in one project, or in all of them when `project` is empty.

    A credential admin is one for all projects: accounts and storages are shared by them.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    project = models.ForeignKey("recordings.Project", on_delete=models.CASCADE, null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role"),
            models.CheckConstraint(
                condition=~Q(role=Role.CREDENTIAL_ADMIN) | Q(project__isnull=True), name="membership_admin_of_all"
            ),
            models.UniqueConstraint(fields=["user", "role", "project"], name="membership_once_a_project"),
            models.UniqueConstraint(
                fields=["user", "role"], condition=Q(project__isnull=True), name="membership_once_for_all"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role} of {self.project or 'all projects'}"
