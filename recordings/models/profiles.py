"""Recording profiles: the answers an operator should not have to give each time."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class OutputFormat(models.IntegerChoices):
    """Source: TRRO API, CreateCloudRecording.OutputFormat."""

    HLS = 0, "HLS"
    HLS_MP4 = 1, "HLS + MP4"
    HLS_AAC = 2, "HLS + AAC"
    MP4 = 3, "MP4"
    AAC = 4, "AAC"


class RecordingProfile(models.Model):
    """Named parameters of CreateCloudRecording. Changing one changes later starts, never earlier ones."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    storage = models.ForeignKey(
        "recordings.StorageCredential", on_delete=models.PROTECT, related_name="profiles", verbose_name=_("storage")
    )
    output_format = models.PositiveSmallIntegerField(_("output format"), choices=OutputFormat, default=OutputFormat.MP4)
    max_media_file_duration = models.PositiveIntegerField(
        _("max file length (min)"),
        null=True,
        blank=True,
        default=1440,
        validators=[MinValueValidator(1), MaxValueValidator(1440)],
    )
    max_idle_time = models.PositiveIntegerField(
        _("stop after no video for (s)"),
        default=30,
        validators=[MinValueValidator(5), MaxValueValidator(86_400)],
    )
    file_name_prefix = models.CharField(_("file name prefix"), max_length=255, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(output_format__in=OutputFormat.values), name="profile_output_format"),
            models.CheckConstraint(
                condition=Q(max_media_file_duration__isnull=True) | Q(max_media_file_duration__range=(1, 1440)),
                name="profile_max_media_file_duration",
            ),
            models.CheckConstraint(condition=Q(max_idle_time__range=(5, 86_400)), name="profile_max_idle_time"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("profile", args=[self.pk])
