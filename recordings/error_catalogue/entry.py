"""The form of an entry in the catalogue of error codes. Texts are lazy: the active language decides."""

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Owner(models.TextChoices):
    """Who resolves the error."""

    OPERATOR = "operator", _("Operator")
    CREDENTIAL_ADMIN = "credential_admin", _("Credential admin")
    NETWORK_ADMIN = "network_admin", _("Network admin")
    VENDOR_SUPPORT = "vendor_support", _("Tencent Cloud support")
    NONE = "none", _("No action: wait")


UNCERTAIN = frozenset({"FailedOperation", "InternalError", "ProcessLost", "ServiceUnavailable"})
"""After these codes a recording may have started: TRRO began, or failed inside, and promises nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One error code: a title, what it means, and sentences that say what to do."""

    code: str
    owner: Owner
    title: str | Promise
    meaning: str | Promise
    action: tuple[str | Promise, ...]

    @property
    def started_nothing(self) -> bool:
        """Whether the code means that certainly nothing was started: only then may a text say so."""
        return self.code not in UNCERTAIN and not self.code.startswith("AnswerLost")


CHECK_FIRST = _(
    "Do not start it again yet: it may be running and billed. The system is searching the bucket and waiting "
    "for a callback. If neither settles it, resolve the recording with a reason. A stop or a list may simply "
    "be repeated."
)
"""What to do about every lost response, since the request may have been carried out."""
