"""Projects and the machines in them."""

import secrets
from collections.abc import Sequence
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from recordings.text import escape_hidden


def new_callback_token() -> str:
    """Routes a project's callbacks; no secret, but not to be guessed by accident."""
    return secrets.token_urlsafe(16)


class Project(models.Model):
    """A TRRO project of a cloud account."""

    account = models.ForeignKey(
        "recordings.CloudAccount", on_delete=models.PROTECT, related_name="projects", verbose_name=_("cloud account")
    )
    project_id = models.CharField(
        "ProjectId",
        max_length=64,
        validators=[
            RegexValidator(r"\A[A-Za-z0-9_-]+\Z", _("Letters, digits, _ and - only, such as m82k5408n123phvb."))
        ],
    )
    name = models.CharField(_("name"), max_length=100)
    vendor_name = models.CharField(max_length=100, blank=True, editable=False)
    """Its name at Tencent Cloud, as it was read last; `name` may differ."""
    gone_since = models.DateTimeField(null=True, editable=False)
    """When it was found missing in Tencent Cloud's list, and a user confirmed it."""
    description = models.CharField(_("description"), max_length=300, blank=True)
    default_profile = models.ForeignKey(
        "recordings.RecordingProfile",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("default profile"),
        help_text=_("Preselected in the start form."),
    )
    callback_token = models.CharField(max_length=32, unique=True, default=new_callback_token, editable=False)
    callback_url = models.URLField(max_length=300, blank=True, editable=False)
    callbacks_registered_at = models.DateTimeField(null=True, editable=False)
    callbacks_rejected = models.PositiveBigIntegerField(default=0, editable=False)
    callbacks_rejected_at = models.DateTimeField(null=True, editable=False)
    devices_refreshed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["account", "project_id"], name="project_id_once_an_account")]

    def __str__(self) -> str:
        return escape_hidden(self.name)

    def get_absolute_url(self) -> str:
        return reverse("project", args=[self.pk])


class Device(models.Model):
    """A machine, or the seat it is driven from. Source of the fields: TRRO API, DescribeDeviceList."""

    class Type(models.TextChoices):
        FIELD = "field", _("Field device")
        REMOTE = "remote", _("Remote device")

    class Status(models.TextChoices):
        OFFLINE = "offline", _("Offline")
        READY = "ready", _("Ready")
        CONNECTED = "connected", _("Connected")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="devices", verbose_name=_("project"))
    device_id = models.CharField(
        "DeviceId",
        max_length=32,
        validators=[RegexValidator(r"\A[a-z0-9_]+\Z", _("Lower-case letters, digits and _ only, at most 32."))],
    )
    name = models.CharField(_("name"), max_length=100, blank=True)
    type = models.CharField(_("type"), max_length=10, choices=Type.choices, default=Type.FIELD)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.OFFLINE)
    labels = models.ManyToManyField("recordings.Label", blank=True, related_name="devices", verbose_name=_("labels"))
    vendor_name = models.CharField(max_length=100, blank=True, editable=False)
    """Its name at Tencent Cloud, as it was read last; `name` may differ."""
    gone_since = models.DateTimeField(null=True, editable=False)
    """When it was found missing in Tencent Cloud's list, and a user confirmed it."""
    offline_since = models.DateTimeField(null=True, blank=True, editable=False)

    streams: Sequence[Any] = ()
    """Its streams that are in use: lifecycle/streams.py puts them here."""
    is_recorded: bool = False
    """Whether one of these has a live recording, so that it cannot be started."""
    shown_labels: Sequence[Any] = ()
    """Its labels: lifecycle/labels.py puts them here."""

    class Meta:
        ordering = ["device_id"]
        constraints = [
            models.UniqueConstraint(fields=["project", "device_id"], name="device_id_once_a_project"),
            models.CheckConstraint(condition=Q(type__in=["field", "remote"]), name="device_type"),
            models.CheckConstraint(condition=Q(status__in=["offline", "ready", "connected"]), name="device_status"),
        ]
        indexes = [models.Index(fields=["device_id"], name="device_by_id")]

    def __str__(self) -> str:
        return f"{escape_hidden(self.name)} ({self.device_id})" if self.name else self.device_id

    def get_absolute_url(self) -> str:
        return reverse("device", args=[self.pk])

    @property
    def has_own_name(self) -> bool:
        """Whether it was named here, other than at Tencent Cloud."""
        return bool(self.vendor_name) and self.name != self.vendor_name
