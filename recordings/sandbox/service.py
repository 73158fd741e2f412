"""The API behind the wire: from a request's bytes to a reply.

Signature, action, version, quota, parameters, fault, action: in this order, and each of them may refuse.
"""

import json
import time
import uuid
from dataclasses import dataclass

from recordings.sandbox.actions import act, device_of
from recordings.sandbox.errors import ApiError
from recordings.sandbox.faults import Fault
from recordings.sandbox.journal import Entry, EntryKind
from recordings.sandbox.parameters import checked
from recordings.sandbox.parts import Parts
from recordings.sandbox.replies import FOLLOWED_PATH, JSON, Reply, nothing_done, refusal, success
from recordings.sandbox.rules import RULES, VERSION
from recordings.sandbox.signing import Headers, signer_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One POST as it came in, and the RequestId it was given."""

    path: str
    headers: Headers
    body: bytes
    request_id: str

    @property
    def action(self) -> str:
        """The requested action."""
        return self.headers.get("X-TC-Action", "")


def answer(parts: Parts, *, path: str, headers: Headers, body: bytes) -> Reply:
    """Carry one call out and say what goes back. Everything is in the journal before this returns."""
    call = Call(path=path, headers=headers, body=body, request_id=str(uuid.uuid4()))
    if path == FOLLOWED_PATH:
        _note(parts, call, EntryKind.REDIRECT_FOLLOWED)
    _note(parts, call, EntryKind.CALLED)
    try:
        account = _signer(parts, call)
        parts.quota.spend(account=account, action=call.action)
        given = checked(_parsed(body), RULES[call.action])
    except ApiError as error:
        _note(parts, call, EntryKind.REFUSED, code=error.code)
        return refusal(error, call.request_id)
    device = device_of(parts, given)
    plan = None if path == FOLLOWED_PATH else parts.faults.take(action=call.action, device_id=device)
    fault = plan.fault if plan else None
    if plan:
        _note(parts, call, EntryKind.FAULT, device=device, fault=plan.fault)
    try:
        if plan and not plan.fault.acts:
            return nothing_done(plan)
        name = fault.value if fault else ""
        result = act(parts, call.action, given, account=account, request_id=call.request_id, fault=name)
    except ApiError as error:
        _note(parts, call, EntryKind.REFUSED, device=device, fault=fault, code=error.code)
        return refusal(error, call.request_id, fault)
    return success(result, call.request_id, fault)


def _signer(parts: Parts, call: Call) -> str:
    """The account, once all that is common to every action is right. Raises ApiError."""
    if call.headers.get("Content-Type", "").split(";")[0].strip().lower() != JSON:
        raise ApiError("InvalidRequest", "The Content-Type must be application/json.")
    account = signer_of(
        headers=call.headers,
        body=call.body,
        accounts=parts.config.accounts,
        # Real time, not the sandbox's: a test that lets an hour pass there still signs with its own clock.
        now=time.time() + parts.config.clock_skew,
    )
    if call.action not in RULES:
        raise ApiError("InvalidAction", f"The action `{call.action}` does not exist.")
    if call.headers.get("X-TC-Version", "") != VERSION:
        raise ApiError("NoSuchVersion", f"The version must be {VERSION}.")
    return account


def _parsed(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise ApiError("InvalidParameter", "The body is not JSON.") from None


def _note(
    parts: Parts, call: Call, kind: EntryKind, *, device: str = "", fault: Fault | None = None, code: str = ""
) -> None:
    parts.journal.add(
        Entry(
            kind=kind,
            action=call.action,
            request_id=call.request_id,
            device=device,
            fault=fault.value if fault else "",
            code=code,
        )
    )
