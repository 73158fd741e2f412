"""Adding and changing recording profiles, each with its entry in the audit trail.

A recording keeps the parameters it was started with: a changed profile changes later starts only.
"""

from django.db import transaction

from recordings import changes
from recordings.models import RecordingProfile, User
from recordings.permissions import demand


def create_profile(*, actor: User, profile: RecordingProfile) -> None:
    """Store a new profile. Raises PermissionDenied; IntegrityError when another has its name already."""
    demand(actor, "profile.change")
    with transaction.atomic():
        changes.insert(profile, actor=actor, action="profile.created")


def change_profile(*, actor: User, profile: RecordingProfile) -> bool:
    """Store a changed profile; False when nothing is different. Raises as create_profile does."""
    demand(actor, "profile.change")
    with transaction.atomic():
        stored = changes.lock(profile)
        return changes.update(profile, stored, actor=actor, action="profile.changed")
