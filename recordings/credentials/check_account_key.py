"""Tests a cloud account's key with a signed call that changes nothing, and describes the result."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext

from recordings.audit_log.record import record_audit
from recordings.calls import CannotCall, read
from recordings.error_catalogue import Explanation, explain
from recordings.models import CloudAccount, User
from recordings.permissions import demand
from recordings.trro.outcome import Accepted, Refused, Unknown
from recordings.trro.requests import DescribeProjectList

RESULT = ("tested_at", "test_passed", "test_code", "test_message")

KEY_DOES_NOT_OPEN = "ClientError.KeyDoesNotOpen"


def try_account(*, actor: User, account: CloudAccount) -> None:
    """Read one project of the account, and store the result.

    Without a response nothing is known: `test_passed` is None then. Raises PermissionDenied, and nothing that the
    vendor says. Source: TRRO API, DescribeProjectList.
    """
    demand(actor, "credential.change")
    try_key(account)
    with transaction.atomic():
        same_key = CloudAccount.objects.filter(pk=account.pk, key_set_at=account.key_set_at)
        same_key.update(**{name: getattr(account, name) for name in RESULT})
        record_audit(actor=actor, action="account.tested", target=account, after=result_in_trail(account))
    account.refresh_from_db()


def try_key(account: CloudAccount) -> None:
    """Try the key that `account` holds, stored or not, and put the result into `account`. Stores nothing."""
    account.test_passed, account.test_code, account.test_message = _find_out(account)
    account.tested_at = timezone.now()


def result_in_trail(account: CloudAccount) -> dict[str, Any]:
    """What the trail keeps of a test: the result and the error code, never the vendor's message."""
    return {"test_passed": account.test_passed, "test_code": account.test_code}


def _find_out(account: CloudAccount) -> tuple[bool | None, str, str]:
    try:
        outcome = read(account=account, request=DescribeProjectList(page_size=1))
    except CannotCall:
        return False, KEY_DOES_NOT_OPEN, ""
    match outcome:
        case Accepted():
            return True, "", ""
        case Refused(code=code, message=message):
            return False, code[:128], message
        case Unknown(code=code, message=message):
            return None, code[:128], message


def account_summary(account: CloudAccount) -> str:
    """The result of the last test and its age, for a line in a list."""
    if account.tested_at is None:
        return gettext("not tested yet")
    age = {"age": timesince(account.tested_at, depth=1)}
    if account.test_passed:
        return gettext("works, tested %(age)s ago") % age
    if account.test_passed is None:
        return gettext("no response, tested %(age)s ago") % age
    return gettext("fails, tested %(age)s ago") % age


def explained(account: CloudAccount) -> Explanation | None:
    """What the code of the last test means, if it gave one of the vendor's or the network's."""
    if not account.test_code or account.test_code == KEY_DOES_NOT_OPEN:
        return None
    return explain(account.test_code)
