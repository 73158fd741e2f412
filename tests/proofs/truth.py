"""The history held against the sandbox's journal: what was recorded against what really happened."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set

from recordings.audit_log.verify import verify
from recordings.domain.states import State
from recordings.models import ApiCall, AuditEntry, Recording
from recordings.sandbox import Entry, EntryKind, Sandbox
from recordings.trro.outcome import is_id
from recordings.trro.requests import CreateCloudRecording

CODE = re.compile(r"[A-Z][A-Za-z]*(\.[A-Za-z0-9]+)*")
ASKED = "recording.start_asked"
STARTED_NOTHING = frozenset({State.REFUSED, State.QUEUED, State.CANCELLED})
ANSWER = re.compile(r"recording\.(start|stop)_(accepted|refused|unknown|late)")
BEGUN = frozenset({State.ACCEPTED, State.RECORDING, State.STOPPING, State.ENDED})


def starts_of(journal: Sequence[Entry]) -> Mapping[str, list[str]]:
    """The TaskIds that the sandbox really started, by reference."""
    started: dict[str, list[str]] = defaultdict(list)
    for entry in journal:
        if entry.kind is EntryKind.STARTED:
            started[entry.reference].append(entry.task_id)
    return started


def contradictions(sandbox: Sandbox) -> list[str]:
    """Every way in which history, ledger or audit trail say something else than the journal. Empty: all is true."""
    journal = sandbox.journal()
    started = starts_of(journal)
    issued = {entry.request_id for entry in journal if entry.kind is EntryKind.CALLED} | {""}
    recordings = {recording.reference: recording for recording in Recording.objects.prefetch_related("calls")}
    found = [f"{reference} was started {len(ids)} times" for reference, ids in started.items() if len(ids) > 1]
    found += [f"{reference} runs and is forgotten" for reference in started.keys() - recordings.keys()]
    found += ["a redirect was followed"] * any(entry.kind is EntryKind.REDIRECT_FOLLOWED for entry in journal)
    for reference, recording in recordings.items():
        found += [f"{reference}: {what}" for what in _of_recording(recording, started.get(reference, []))]
        found += [f"{reference}: {what}" for what in _of_ledger(recording, issued)]
        found += [f"{reference}: {what}" for what in _of_trail(recording)]
    if (result := verify()).finding:
        found.append(f"the audit chain breaks at {result.sequence}: {result.finding}")
    return found


def _of_recording(recording: Recording, started: list[str]) -> Iterator[str]:
    state = State(recording.state)
    if state is State.SENDING:
        yield "is still being sent"
    if state in STARTED_NOTHING and started:
        yield f"is {state}, and runs as {started}"
    if state in BEGUN and [recording.task_id] != started:
        yield f"is {state} as {recording.task_id!r}, and the vendor started {started}"
    if state not in BEGUN and recording.task_id:
        yield f"is {state} with the TaskId {recording.task_id!r}"
    if recording.is_duplicate:
        yield "is marked as doubled"
    if recording.request_id and not is_id(recording.request_id):
        yield f"has the RequestId {recording.request_id!r}"
    if state in {State.REFUSED, State.UNKNOWN} and not CODE.fullmatch(recording.error_code):
        yield f"has the code {recording.error_code!r}"


def _of_ledger(recording: Recording, issued: Set[str]) -> Iterator[str]:
    calls = list(recording.calls.all())
    tries = [row for row in calls if row.action == CreateCloudRecording.action]
    if recording.tries != sum(not row.late for row in tries):
        yield f"says {recording.tries} tries, and the ledger has {len(tries)}"
    for row in calls:
        if row.outcome == ApiCall.Outcome.OPEN or row.closed_at is None:
            yield f"call {row.pk} is open"
        if row.request_id not in issued:
            yield f"call {row.pk} has a RequestId that was never issued: {row.request_id!r}"
    for row in tries:
        if (row.outcome == ApiCall.Outcome.ACCEPTED) != bool(row.task_id):
            yield f"call {row.pk} is {row.outcome} with the TaskId {row.task_id!r}"
        if row.task_id != recording.task_id and row.task_id:
            yield f"call {row.pk} brought {row.task_id}, the recording has {recording.task_id}"
    if recording.state == State.ACCEPTED and not any(row.task_id == recording.task_id for row in tries):
        yield "no call brought its TaskId"


def _of_trail(recording: Recording) -> Iterator[str]:
    """One entry for what was asked, one for each answer, and the last that names a state names the present one."""
    entries = AuditEntry.objects.filter(target_type="Recording", target_id=str(recording.pk)).order_by("sequence")
    asked = [entry for entry in entries if entry.action == ASKED]
    answered = [entry for entry in entries if ANSWER.fullmatch(entry.action)]
    if len(asked) != 1:
        yield f"the trail has {len(asked)} entries of its being asked for"
    if len(answered) != recording.calls.count():
        yield f"the trail has {len(answered)} answers, the ledger {recording.calls.count()}"
    states = [entry.after for entry in entries if "state" in entry.after]
    if states and states[-1]["state"] != recording.state:
        yield f"is {recording.state}, and the trail ends with {states[-1]}"
    if answered and answered[-1].after["task_id"] != recording.task_id:
        yield f"has the TaskId {recording.task_id}, and the trail ends with {answered[-1].after}"
