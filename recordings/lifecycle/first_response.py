"""The first response to a start: usually nothing else is stored of the recording yet, and one query tells.

Then its evidence follows from the response alone. In all other cases `evidence_of` reads all that is stored.
"""

from dataclasses import dataclass

from django.db.models import Exists, Value

from recordings.domain.fold import Evidence
from recordings.domain.states import State
from recordings.lifecycle.evidence import callbacks_waiting_for, live_beside, owners_of, state_after
from recordings.models import ApiCall, CallbackEvent, Decision, Recording, RecordingFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What is stored beside a locked recording when a response arrives."""

    task_id_is_taken: bool
    callbacks_wait: bool
    is_first_response: bool
    """Whether nothing is stored of it but this one call, so that the response decides its state."""
    is_alone: bool
    """Whether that is so and no other recording of its stream is live."""


def look_beside(recording: Recording, row: ApiCall, task_id: str) -> Beside:
    """Everything in one query, which must follow the lock: only then it sees what others committed before."""
    own = {
        "calls": ApiCall.objects.filter(recording=recording).exclude(pk=row.pk),
        "decisions": Decision.objects.filter(recording=recording),
        "events": CallbackEvent.objects.filter(recording=recording),
        "files": RecordingFile.objects.filter(recording=recording),
    }
    found = Recording.objects.filter(pk=recording.pk).values(
        is_taken=Exists(owners_of(recording, task_id)) if task_id else Value(False),
        callbacks_wait=Exists(callbacks_waiting_for(recording, task_id)) if task_id else Value(False),
        has_more=Exists(own["calls"]) | Exists(own["decisions"]) | Exists(own["events"]) | Exists(own["files"]),
        others=Exists(live_beside(recording)),
    )
    stored = found.get()
    is_first = not stored["has_more"] and recording.state == State.SENDING and not recording.task_id
    return Beside(
        task_id_is_taken=stored["is_taken"],
        callbacks_wait=stored["callbacks_wait"],
        is_first_response=is_first,
        is_alone=is_first and not stored["others"],
    )


def first_evidence(recording: Recording, row: ApiCall) -> Evidence:
    """All that is known after the first response, which `row` holds."""
    return Evidence(
        start=state_after(recording, [row]),
        has_task_id=bool(recording.task_id),
        output_format=recording.output_format,
        files_until=recording.worked_at,
        last_file_at=recording.last_file_at,
    )
