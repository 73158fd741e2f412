"""The first response to a start: usually nothing else is stored of the recording yet, and one query tells.

Then its evidence follows from the response alone. In all other cases `evidence_of` reads all that is stored.
"""

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, QuerySet

from recordings.compiled_query import CompiledQuery, parameter
from recordings.domain.fold import Evidence
from recordings.domain.states import State
from recordings.lifecycle.evidence import callbacks_waiting_for, live_beside, owners_of, state_after
from recordings.models import ApiCall, CallbackEvent, Decision, Recording, RecordingFile


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredState:
    """What is stored beside a locked recording when a response arrives."""

    task_id_is_taken: bool
    callbacks_wait: bool
    is_first_response: bool
    """Whether nothing is stored of it but this one call, so that the response decides its state."""
    is_alone: bool
    """Whether that is so and no other recording of its stream is live."""


def read_stored_state(recording: Recording, row: ApiCall, task_id: str) -> StoredState:
    """Everything in one query, which must follow the lock: only then it sees what others committed before."""
    stored: Any = _BESIDE.first(
        pk=recording.pk,
        account=recording.account_id,
        project=recording.project_id,
        device=recording.device_id,
        stream=recording.video_stream_id,
        call=row.pk,
        task_id=task_id,
    )
    is_first = not stored.has_more and recording.state == State.SENDING and not recording.task_id
    return StoredState(
        task_id_is_taken=bool(stored.is_taken),
        callbacks_wait=bool(stored.callbacks_wait),
        is_first_response=is_first,
        is_alone=is_first and not stored.has_others,
    )


def _beside() -> QuerySet[Recording]:
    """The recording with what is stored beside it. An empty TaskId is taken by none, and no callback waits for it."""
    pk, task_id = parameter("pk"), parameter("task_id")
    recording = Recording(
        pk=pk,
        account_id=parameter("account"),
        project_id=parameter("project"),
        device_id=parameter("device"),
        video_stream_id=parameter("stream"),
    )
    calls = ApiCall.objects.filter(recording=pk).exclude(pk=parameter("call"))
    more = (model.objects.filter(recording=pk) for model in (Decision, CallbackEvent, RecordingFile))
    return (
        Recording.objects.filter(pk=pk)
        .annotate(
            is_taken=Exists(owners_of(recording, task_id)),
            callbacks_wait=Exists(callbacks_waiting_for(recording, task_id)),
            has_more=reduce(or_, map(Exists, more), Exists(calls)),
            has_others=Exists(live_beside(recording)),
        )
        .only("pk")
    )


_BESIDE = CompiledQuery(_beside)


def first_evidence(recording: Recording, row: ApiCall) -> Evidence:
    """All that is known after the first response, which `row` holds."""
    return Evidence(
        start=state_after(recording, [row]),
        has_task_id=bool(recording.task_id),
        output_format=recording.output_format,
        files_until=recording.worked_at,
        last_file_at=recording.last_file_at,
    )
