"""What to do about a recording that needs a person, for pages."""

from django import template
from django.utils.functional import Promise

from recordings.lifecycle.advice import advice_for, note_on
from recordings.models import Recording

register = template.Library()


@register.filter
def advice(recording: Recording) -> Promise | str:
    """The advice for a recording; empty for one that needs no attention."""
    return advice_for(recording)


@register.filter
def attention_note(recording: Recording) -> Promise | str:
    """What is special about this recording among those of its reason; often empty."""
    return note_on(recording)
