"""Which exports a user sees, and how many rows an export would have."""

import django_filters
from django.db.models import QuerySet

from recordings.exports.subjects import SUBJECTS
from recordings.models import Export, User
from recordings.permissions import holds


def exports_of(user: User) -> QuerySet[Export]:
    """A user's own exports, of subjects that this user may still export."""
    subjects = [name for name, subject in SUBJECTS.items() if holds(user, subject.permission)]
    return Export.objects.filter(requested_by=user, subject__in=subjects).select_related("requested_by")


def counted(chosen: django_filters.FilterSet, most: int) -> int:
    """How many rows a valid filter finds; beyond `most` it says `most` + 1 and counts no further."""
    return int(chosen.qs.order_by()[: most + 1].count())
