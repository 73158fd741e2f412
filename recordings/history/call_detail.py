"""One API call of a recording as its page shows it: request, response, timing, and the last accepted one beside it.

The ledger keeps what came of a call, not its bytes. The request is rebuilt from the recording, whose parameters never
change after the start, and the response from the stored TaskId, RequestId, code and message.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from recordings.error_catalogue import Explanation, explain
from recordings.lifecycle.send import shown_call
from recordings.models import ApiCall, Recording
from recordings.trro.requests import CreateCloudRecording, DeleteCloudRecording
from recordings.web.call_details import CallDetails, call_details, flattened, in_words

MAX_EARLIER = 50
"""How many of a device's earlier recordings are searched for one that was accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterDifference:
    """A parameter that this call and the last accepted one have otherwise; empty where one does not have it."""

    name: str
    then: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The last recording of the device whose start was accepted, and what differs from it."""

    earlier: Recording
    differences: Sequence[ParameterDifference]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDetail:
    """One call. `response` is JSON, empty while there is none or when none came."""

    request: CallDetails
    response: str
    requested_at: datetime | None
    """When a user requested it, where that is known."""
    took: timedelta | None
    """From the entry in the ledger, which is committed before the request leaves, to the stored response."""
    comparison: Comparison | None
    explanation: Explanation | None


def call_detail(call: ApiCall, recording: Recording) -> CallDetail:
    """What is known of one of the recording's calls."""
    is_start = call.action == CreateCloudRecording.action
    shown = shown_call(recording) if is_start else DeleteCloudRecording(task_id=recording.task_id).shown()
    return CallDetail(
        request=call_details(call.action, shown, recording.account),
        response=response_of(call),
        requested_at=recording.created_at if is_start else recording.stop_wanted_at,
        took=call.closed_at - call.created_at if call.closed_at else None,
        comparison=_compared(recording) if is_start else None,
        explanation=explain(call.code) if call.code else None,
    )


def response_of(call: ApiCall) -> str:
    """The response in the form of Tencent Cloud's; empty when none came that says anything."""
    if not call.is_answered:
        return ""
    body: dict[str, Any] = {"RequestId": call.request_id}
    if call.code:
        body = {"Error": {"Code": call.code, "Message": call.message}} | body
    elif call.task_id:
        body = {"TaskId": call.task_id} | body
    return json.dumps({"Response": body}, ensure_ascii=False, indent=2)


def _compared(recording: Recording) -> Comparison | None:
    """The parameters beside those of the device's last accepted start before it; None when there is none."""
    earlier = Recording.objects.filter(
        device=recording.device_id, origin__in=Recording.REQUESTED, created_at__lt=recording.created_at
    ).select_related("project", "device", "storage_key")
    accepted = (each for each in earlier.order_by("-created_at", "-id")[:MAX_EARLIER] if each.task_id)
    found = next(accepted, None)
    return Comparison(earlier=found, differences=list(_differences(found, recording))) if found else None


def _differences(earlier: Recording, recording: Recording) -> Iterator[ParameterDifference]:
    then, now = _comparable(earlier), _comparable(recording)
    for name in dict.fromkeys([*now, *then]):
        if then.get(name) != now.get(name):
            yield ParameterDifference(name=name, then=then.get(name, ""), now=now.get(name, ""))


def _comparable(recording: Recording) -> Mapping[str, str]:
    """The parameters in words: the key by its date, and the prefix without the start's own reference."""
    values = {name: in_words(value) for name, value in flattened(shown_call(recording))}
    values["CloudStorage.FileNamePrefix"] = in_words(recording.file_name_prefix[:-1])
    added = recording.storage_key.created_at
    del values["CloudStorage.SecretKey"]
    values["CloudStorage.AccessKey"] = _("key added %(at)s") % {"at": f"{added:%Y-%m-%d %H:%M}"}
    return values
