"""Buckets that recordings are written to, and the keys that open them."""

import uuid

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from recordings.models.fleet import Project
from recordings.object_storage import vendors


class StorageCredential(models.Model):
    """A bucket and the projects that may record into it: none chosen means none."""

    class Vendor(models.IntegerChoices):
        """Source: TRRO API, CloudStorage.Vendor."""

        COS = vendors.Vendor.COS, _("Tencent COS")
        AWS = vendors.Vendor.AWS, _("AWS S3")

    name = models.CharField(_("name"), max_length=100, unique=True)
    vendor = models.PositiveSmallIntegerField(_("provider"), choices=Vendor.choices, default=Vendor.COS)
    region = models.CharField(
        _("region"),
        max_length=40,
        validators=[
            RegexValidator(r"\A[a-z0-9-]+\Z", _("Lower-case letters, digits and - only, such as ap-guangzhou."))
        ],
    )
    bucket = models.CharField(
        _("bucket"),
        max_length=63,
        validators=[RegexValidator(r"\A[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\Z", _("Lower-case letters, digits, - and ."))],
        help_text=_("A COS bucket's name ends in -<APPID>, such as recording-1304123456."),
    )
    projects = models.ManyToManyField(Project, blank=True, related_name="storages", verbose_name=_("projects"))
    created_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=Q(vendor__in=[0, 1]), name="storage_vendor")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("storage", args=[self.pk])


class StorageKey(models.Model):
    """One sealed key of a storage. Replaced, not overwritten: running recordings upload with the old one."""

    SEALED = ("access_key", "secret_key")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    storage = models.ForeignKey(StorageCredential, on_delete=models.PROTECT, related_name="keys")
    access_key_sealed = models.BinaryField()
    access_key_hint = models.CharField(max_length=4, blank=True)
    secret_key_sealed = models.BinaryField()
    secret_key_hint = models.CharField(max_length=4, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.CharField(max_length=150)
    replaced_at = models.DateTimeField(null=True, blank=True)

    # What the last test found; None is not tried yet. Writing decides, the others make some things work less well.
    tested_at = models.DateTimeField(null=True, blank=True)
    can_write = models.BooleanField(null=True)
    can_read = models.BooleanField(null=True)
    can_list = models.BooleanField(null=True)
    can_delete = models.BooleanField(null=True)
    region_fits = models.BooleanField(null=True)
    test_code = models.CharField(max_length=128, blank=True)
    test_message = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["storage"], condition=Q(replaced_at__isnull=True), name="storage_has_one_current_key"
            )
        ]

    def __str__(self) -> str:
        return f"{self.storage} …{self.access_key_hint}"
