"""Checks a cloud account's signature step by step, with a call that changes nothing, and says which step fails."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from recordings.audit_log.record import record_audit
from recordings.calls import CannotCall, traced_read
from recordings.error_catalogue import explain
from recordings.models import CloudAccount, User
from recordings.permissions import demand
from recordings.trro.outcome import Accepted, Outcome, Refused, Unknown
from recordings.trro.requests import DescribeProjectList
from recordings.trro.trace import SignatureSteps, Trace

LARGEST_CLOCK_DIFFERENCE = 300
"""Seconds above which the vendor refuses a signature. Source: TRRO API, AuthFailure.SignatureExpire."""
CLOSE_ENOUGH = 60
NEVER_LEFT = ("ClientError.", "NetworkError.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: how it went, what was found, and text to compare with the vendor's own tool."""

    tone: Literal["good", "warn", "bad"]
    title: str
    text: str
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureCheck:
    """The steps up to the first that could not be taken. `request_id` is the vendor's, for its support."""

    steps: Sequence[Step]
    request_id: str = ""

    @property
    def passed(self) -> bool:
        """Whether the vendor took the signature."""
        return all(step.tone != "bad" for step in self.steps)


def check_signature(*, actor: User, account: CloudAccount) -> SignatureCheck:
    """Sign and send one read of one project, and take it apart. Changes nothing but the trail.

    Raises PermissionDenied, and nothing that the vendor says.
    """
    demand(actor, "credential.change")
    try:
        trace = traced_read(account=account, request=DescribeProjectList(page_size=1))
    except CannotCall as error:
        check = SignatureCheck(steps=[_key_step(str(error))])
    else:
        check = SignatureCheck(steps=list(_steps(trace)), request_id=trace.outcome.request_id)
    with transaction.atomic():
        record_audit(
            actor=actor, action="account.signature_checked", target=account, after={"test_passed": check.passed}
        )
    return check


def _key_step(problem: str = "") -> Step:
    title = _("Key")
    if problem:
        return Step(tone="bad", title=title, text=_("This account cannot sign: %(why)s") % {"why": problem})
    return Step(tone="good", title=title, text=_("A key is stored and can be decrypted."))


def _steps(trace: Trace) -> Iterator[Step]:
    yield _key_step()
    if trace.signature:
        yield from _signature_steps(trace.signature)
    if getattr(trace.outcome, "code", "").startswith(NEVER_LEFT):
        yield _outcome_step(_("Connection"), trace.outcome)
        return
    yield _clock_step(trace.seconds_ahead)
    yield _outcome_step(_("Tencent Cloud's response"), trace.outcome)


def _signature_steps(signature: SignatureSteps) -> Iterator[Step]:
    text = _("What is hashed: method, path, the signed headers, and the SHA-256 of the body.")
    yield Step(tone="good", title=_("Canonical request"), text=text, code=signature.canonical_request)
    text = _("What the SecretKey signs: algorithm, time, scope, and the SHA-256 of the canonical request.")
    yield Step(tone="good", title=_("String to sign"), text=text, code=signature.string_to_sign)
    text = _("The header as it was sent; the signature is shown in part.")
    yield Step(tone="good", title="Authorization", text=text, code=signature.authorization)


def _clock_step(ahead: float | None) -> Step:
    title = _("Clock")
    if ahead is None:
        return Step(tone="warn", title=title, text=_("Tencent Cloud did not tell its time."))
    seconds = round(abs(ahead))
    if seconds <= 1:
        return Step(tone="good", title=title, text=_("This server's clock agrees with Tencent Cloud's."))
    by = {"seconds": seconds}
    if ahead > 0:
        text = ngettext(
            "This server is %(seconds)s second behind.", "This server is %(seconds)s seconds behind.", seconds
        )
    else:
        text = ngettext(
            "This server is %(seconds)s second ahead.", "This server is %(seconds)s seconds ahead.", seconds
        )
    if seconds <= CLOSE_ENOUGH:
        return Step(tone="good", title=title, text=text % by)
    limit = _("From 300 seconds on, every call is refused. Set the clock, or its time synchronisation.")
    tone: Literal["warn", "bad"] = "bad" if seconds >= LARGEST_CLOCK_DIFFERENCE else "warn"
    return Step(tone=tone, title=title, text=f"{text % by} {limit}")


def _outcome_step(title: str, outcome: Outcome) -> Step:
    match outcome:
        case Accepted():
            return Step(
                tone="good", title=title, text=_("The signature is valid, and the account may read its projects.")
            )
        case Refused(code=code, message=message) | Unknown(code=code, message=message):
            found = explain(code)
            tone: Literal["warn", "bad"] = "bad" if isinstance(outcome, Refused) else "warn"
            return Step(
                tone=tone, title=title, text=f"{found.title}. {found.meaning} {found.action}", code=f"{code}: {message}"
            )
