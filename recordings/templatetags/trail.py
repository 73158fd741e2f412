"""What a check of the audit trail found, on a page."""

from django import template

from recordings.audit_log.findings import Finding

register = template.Library()


@register.filter
def finding(value: str) -> str:
    """The finding in words; one that has none is shown as it is stored."""
    return str(Finding(value).label) if value in Finding.values else value
