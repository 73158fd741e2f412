"""What the search box of the audit trail finds, through indexes: the trail grows for ever.

Entries are found by the id of what they are about, by the present name of it (also from before it was renamed), by
the beginning of the name it had, and those about a recording by what the history finds it by. The middle of a former
name has no index: it is found in the newest entries only, and the page says so.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from django.db.models import Model, Q, QuerySet

from recordings.audit.labels import TARGETS
from recordings.lifecycle.search import with_id
from recordings.models import (
    AuditEntry,
    AuditHead,
    CloudAccount,
    Device,
    Project,
    RecordingProfile,
    StorageCredential,
    User,
)
from recordings.pasted import clean_pasted_id

MAX_FOUND = 1000
NEWEST = 50_000
"""Entries that are searched for the middle of a name."""
MAX_NAMED = 200
"""Things of one kind whose names have these words."""
TYPES = ("", *TARGETS)
NAMED: Mapping[type[Model], tuple[str, ...]] = MappingProxyType(
    {
        Device: ("device_id", "name"),
        Project: ("project_id", "name"),
        RecordingProfile: ("name",),
        CloudAccount: ("name",),
        StorageCredential: ("name", "bucket"),
        User: ("username", "first_name", "last_name", "email"),
    }
)
"""What has a name and how it is found: tables that stay small."""


def with_words(entries: QuerySet[AuditEntry], words: str) -> QuerySet[AuditEntry]:
    """Those of the entries that these words find. `words` are cleaned (pasted.py).

    Few are looked up first and shown by their keys; many are found while going back in the trail, since a database
    that looked all of them up would have to sort them.
    """
    words = words[:300]
    about, middle = _about(words), _middle(words)
    named = about
    for beginning in {words, words.lower()}:
        named |= Q(target__begins=beginning)
    few = {
        pk for found in (named, middle) for pk in entries.filter(found).order_by().values_list("pk")[: MAX_FOUND + 1]
    }
    if len(few) <= MAX_FOUND:
        return entries.filter(pk__in=[pk for (pk,) in few])
    for beginning in {words, words.lower()}:
        about |= Q(target__startswith=beginning)  # no index finds this on SQLite, so it goes back in the trail
    return entries.filter(about | middle)


def _middle(words: str) -> Q:
    newest = AuditHead.objects.values_list("sequence", flat=True).first() or 0
    return Q(sequence__gt=newest - NEWEST, target__icontains=words)


def _about(words: str) -> Q:
    typed = clean_pasted_id(words)
    recordings = [str(key) for key in with_id(typed)[:MAX_FOUND]]
    about = Q(target_type__in=TYPES, target_id=typed) | Q(target_type="Recording", target_id__in=recordings)
    for target_type, keys in _named(words):
        about |= Q(target_type=target_type, target_id__in=keys)
    return about


def _named(words: str) -> Iterator[tuple[str, list[str]]]:
    """The keys of things with all these words in their names, kind by kind."""
    for model, names in NAMED.items():
        rows = model._default_manager.order_by()
        for word in words.split()[:5]:
            any_name = Q()
            for name in names:
                any_name |= Q(**{f"{name}__icontains": word})
            rows = rows.filter(any_name)
        yield model.__name__, [str(pk) for pk in rows.values_list("pk", flat=True)[:MAX_NAMED]]
