"""Tencent Cloud accounts: whose key signs the calls."""

import uuid
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    """In which language the vendor words its error messages."""

    ZH = "zh-CN", "中文"
    EN = "en-US", "English"


class CloudAccount(models.Model):
    """A Tencent Cloud account. Its secret key is sealed (vault.py) and never shown again."""

    SEALED = ("secret_key",)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=100, unique=True)
    endpoint = models.CharField(
        _("endpoint"),
        max_length=200,
        default="trro.tencentcloudapi.com",
        help_text=_("trro.tencentcloudapi.com, or trro.intl.tencentcloudapi.com for an international account."),
    )
    region = models.CharField(_("region"), max_length=40, blank=True, help_text=_("Optional, such as ap-guangzhou."))
    secret_id = models.CharField(_("SecretId"), max_length=128)
    secret_key_sealed = models.BinaryField()
    secret_key_hint = models.CharField(max_length=4, blank=True)
    language = models.CharField(_("language of messages"), max_length=5, choices=Language, default=Language.ZH)
    calls_per_second = models.PositiveIntegerField(
        _("calls per second"),
        default=20,
        validators=[MinValueValidator(1), MaxValueValidator(100_000)],
        help_text=_("Tencent Cloud's limit per action: 20 unless agreed otherwise."),
    )
    live_limit = models.PositiveIntegerField(
        _("concurrent recordings"),
        default=100,
        validators=[MinValueValidator(1), MaxValueValidator(100_000)],
        help_text=_("Tencent Cloud's limit for the account: 100 unless agreed otherwise. Warning only."),
    )
    repeat_internal_error = models.BooleanField(
        _("retry a start after InternalError"),
        default=False,
        help_text=_(
            "Tencent Cloud advises retrying after 3, 6 and 12 seconds. A failed call may still have started "
            "a recording, so it could run twice."
        ),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    key_set_at = models.DateTimeField(default=timezone.now, editable=False)
    key_set_by = models.CharField(max_length=150, blank=True, editable=False)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    next_sync_at = models.DateTimeField(null=True, blank=True, editable=False)
    """When its projects and devices are read again; None until a user has had them read once."""

    # What the last test found; None is not tried yet
    tested_at = models.DateTimeField(null=True, blank=True, editable=False)
    test_passed = models.BooleanField(null=True, editable=False)
    test_code = models.CharField(max_length=128, blank=True, editable=False)
    test_message = models.TextField(blank=True, editable=False)

    sync: Any = None
    """Its last sync: fleet/queries.py puts it here."""

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(calls_per_second__gte=1), name="account_calls_per_second"),
            models.CheckConstraint(condition=Q(language__in=Language.values), name="account_language"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("account", args=[self.pk])
