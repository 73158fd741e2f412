"""What a check of the trail can find, in words."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Finding(TextChoices):
    """The first thing that is wrong."""

    EDITED = "edited", pgettext_lazy("entry", "Edited, or not written by this program")
    REMOVED = "removed", pgettext_lazy("entry", "Removed")
    INSERTED = "inserted", pgettext_lazy("entry", "Inserted")
    REORDERED = "reordered", _("Out of order")
    CUT = "cut", _("The newest entries were cut off")
    ANCHOR = "anchor", _("Does not fit an anchor that was written earlier")
    HEAD = "head", _("The end of the chain was changed")
