"""The services of profiles check the permission themselves, for every caller."""

import pytest
from django.core.exceptions import PermissionDenied

from recordings.models import AuditEntry, RecordingProfile, User
from recordings.profiles.services import change_profile, create_profile

pytestmark = pytest.mark.django_db


def test_without_the_permission_nothing_is_stored(profile: RecordingProfile, operator: User, auditor: User) -> None:
    for person in (operator, auditor):
        with pytest.raises(PermissionDenied):
            create_profile(actor=person, profile=RecordingProfile(name="New", storage=profile.storage))
        with pytest.raises(PermissionDenied):
            change_profile(actor=person, profile=profile)
    assert (RecordingProfile.objects.count(), AuditEntry.objects.count()) == (1, 0)
