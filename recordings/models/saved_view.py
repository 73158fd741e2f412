"""Saved views of the history: filters with a name."""

from django.conf import settings
from django.db import models
from django.urls import reverse

LONGEST_QUERY = 2000
"""Characters of a query string."""


class SavedView(models.Model):
    """Filters of the history, kept by a user. A shared one is offered to all, each within their own projects."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=LONGEST_QUERY)
    """The list's query string: filters only."""
    is_shared = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="saved_view_once_an_owner")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('recordings')}?{self.query}"
