"""Labels of devices: words by which a user finds machines that belong together, such as a site or a shift."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LABEL_LENGTH = 40


class Label(models.Model):
    """One word of a project, with what kind of word it is. The rows stay when no device has the label any more."""

    class Kind(models.TextChoices):
        SITE = "site", pgettext_lazy("label", "Site")
        SHIFT = "shift", pgettext_lazy("label", "Shift")
        TYPE = "type", pgettext_lazy("label", "Machine type")
        OTHER = "other", pgettext_lazy("label", "Other label")

    project = models.ForeignKey("recordings.Project", on_delete=models.CASCADE, related_name="labels")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=LABEL_LENGTH)

    class Meta:
        ordering = ["kind", "name"]
        constraints = [
            models.UniqueConstraint(fields=["project", "kind", "name"], name="label_once_a_project"),
            models.CheckConstraint(condition=models.Q(kind__in=["site", "shift", "type", "other"]), name="label_kind"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """What an address and a file call it: `site:north`. The same in every project that has this label."""
        return f"{self.kind}:{self.name}"
