"""The findings of a check of the trail."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Finding(TextChoices):
    """The first fault."""

    EDITED = "edited", pgettext_lazy("entry", "Edited, or not written by this system")
    REMOVED = "removed", pgettext_lazy("entry", "Removed")
    INSERTED = "inserted", pgettext_lazy("entry", "Inserted")
    REORDERED = "reordered", _("Out of order")
    CUT = "cut", _("The newest entries were removed")
    ANCHOR = "anchor", _("Does not match an earlier anchor")
    HEAD = "head", _("The end of the chain was changed")
    UNREADABLE = "anchors_unreadable", _("The anchor file cannot be read")
    GONE = "anchors_gone", _("The anchor file is missing")
    EMPTIED = "anchors_emptied", _("The anchor file was emptied")
    GARBLED = "anchors_garbled", _("Lines in the anchor file were not written by this server")
    MISSING = "anchors_missing", _("Lines are missing from the anchor file")

    @property
    def is_of_anchors(self) -> bool:
        """Whether the entries are linked, and only the anchors do not confirm the newest ones."""
        return self in {Finding.UNREADABLE, Finding.GONE, Finding.EMPTIED, Finding.GARBLED, Finding.MISSING}
