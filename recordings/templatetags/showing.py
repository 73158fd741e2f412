"""Text from elsewhere on a page. Loaded in every template, so that nobody leaves it out for the trouble."""

from django import template

from recordings import showing

register = template.Library()


@register.filter
def shown(text: object) -> str:
    """The text with what cannot be seen, or turns the text around it, written as its number; empty for None."""
    return "" if text is None else showing.shown(str(text))
