"""The mail server: Django's EMAIL_ settings from one address."""

from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

from trroadmin.environment import PREFIX

NONE = "dummymail://"
DEADLINE = 10
"""Seconds for which a page waits for the mail server."""


def mail_server(env: environ.Env) -> dict[str, Any]:
    """Django's EMAIL_ settings from EMAIL_URL, such as smtp+tls://user:password@host:587; without it nothing is sent.

    Raises ImproperlyConfigured. The error does not repeat the address, which holds a password.
    """
    try:
        found: dict[str, Any] = env.email_url_config(env.str("EMAIL_URL", default="") or NONE)
    except Exception:
        found = {}
    if not found.get("EMAIL_BACKEND"):
        raise ImproperlyConfigured(
            f"{PREFIX}EMAIL_URL cannot be read. In its password, write / as %2F, # as %23, ? as %3F, % as %25."
        )
    return {"EMAIL_TIMEOUT": DEADLINE} | found
