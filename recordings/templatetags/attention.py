"""What to do about a recording that needs a person, for pages."""

from django import template
from django.utils.functional import Promise

from recordings.capture.advice import ADVICE

register = template.Library()


@register.filter
def advice(reason: str) -> Promise | str:
    """The advice for a value of Attention; empty for none."""
    return ADVICE.get(reason, "")
