"""Everything that can be asked of a sandbox, or done to it, by the control endpoint."""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

from recordings.sandbox.callbacks import as_vendor_writes
from recordings.sandbox.faults import Fault, FaultPlan, RandomFaults
from recordings.sandbox.journal import Kind
from recordings.sandbox.parameters import Checked, Integer, Rule, Text, TextList
from recordings.sandbox.parts import Parts
from recordings.sandbox.rules import RULES
from recordings.sandbox.tasks import Task

_FAULTS = tuple(fault.value for fault in Fault)
_ACTION = Text(required=False, choices=("", *RULES), default="CreateCloudRecording")
_PROBABILITY_UNIT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One endpoint: its parameters, and what it does."""

    carry_out: Callable[[Parts, Checked], dict[str, object]]
    rules: Mapping[str, Rule]


def _health(parts: Parts, _given: Checked) -> dict[str, object]:
    return {"ok": True, "live": len(parts.tasks.live())}


def _journal(parts: Parts, given: Checked) -> dict[str, object]:
    kind = Kind(given.text("kind")) if given.text("kind") else None
    entries = parts.journal.entries(kind=kind, after=given.integer("after"))
    return {"entries": [entry.as_json() for entry in entries]}


def _reset(parts: Parts, _given: Checked) -> dict[str, object]:
    parts.reset()
    return {}


def _list_faults(parts: Parts, _given: Checked) -> dict[str, object]:
    return {"faults": [{**asdict(plan), "fault": plan.fault.value} for plan in parts.faults.plans()]}


def _add_fault(parts: Parts, given: Checked) -> dict[str, object]:
    plan = FaultPlan(
        fault=Fault(given.text("fault")),
        action=given.text("action"),
        device_id=given.text("device_id"),
        code=given.text("code"),
        message=given.text("message"),
        times=given.integer("times") or None,
    )
    parts.faults.add(plan)
    return {}


def _clear_faults(parts: Parts, _given: Checked) -> dict[str, object]:
    parts.faults.clear()
    return {}


def _roll_faults(parts: Parts, given: Checked) -> dict[str, object]:
    parts.faults.roll(
        RandomFaults(
            probability=given.integer("per_thousand") / _PROBABILITY_UNIT,
            seed=given.integer("seed"),
            faults=tuple(Fault(name) for name in given.texts("faults")) or tuple(Fault),
            action=given.text("action"),
        )
    )
    return {}


def _tasks(parts: Parts, _given: Checked) -> dict[str, object]:
    return {
        "live": [_seen(task) for task in parts.tasks.live()],
        "ended": [_seen(task) for task in parts.tasks.ended()],
    }


def _end_task(parts: Parts, given: Checked) -> dict[str, object]:
    parts.tasks.end(given.text("task_id"), leave_code=given.integer("leave_code"))
    return {}


def _set_device(parts: Parts, given: Checked) -> dict[str, object]:
    publishing = given.optional_integer("publishing")
    state = parts.set_device(
        given.text("project_id"),
        given.text("device_id"),
        status=given.text("status") or None,
        publishing=None if publishing is None else bool(publishing),
    )
    return {"status": state.status, "publishing": state.publishing}


def _advance(parts: Parts, given: Checked) -> dict[str, object]:
    return {"settled": parts.advance(given.integer("seconds"))}


def _post_callback(parts: Parts, given: Checked) -> dict[str, object]:
    """A callback made by hand: `body` as it is, or one about a task, real or not."""
    now_ms = int(time.time() * 1000)
    info: dict[str, object] = {
        "RoomId": given.text("room_id"),
        "EventTs": now_ms // 1000,
        "EventMsTs": now_ms,
        "UserId": "record_by_hand",
        "TaskId": given.text("task_id"),
        "Payload": {"Status": given.integer("status")},
    }
    body = given.text("body").encode() or as_vendor_writes(
        {
            "EventGroupId": 3,
            "EventType": given.integer("event_type"),
            "CallbackTs": now_ms,
            "EventInfo": info,
        }
    )
    parts.callbacks.post(
        body,
        project_id=given.text("project_id"),
        task_id=given.text("task_id"),
        event_type=given.integer("event_type"),
    )
    return {}


def _seen(task: Task) -> dict[str, object]:
    return {
        "task_id": task.task_id,
        "project_id": task.wanted.project_id,
        "device_id": task.wanted.device_id,
        "stream": task.wanted.stream,
        "prefix": list(task.wanted.prefix),
        "started_at": task.started_at,
        "idle_since": task.idle_since,
        "ended_at": task.ended_at,
        "leave_code": task.leave_code,
    }


_PROJECT_AND_DEVICE: Mapping[str, Rule] = {"project_id": Text(), "device_id": Text()}

ROUTES: Mapping[tuple[str, str], Route] = {
    ("GET", "health"): Route(carry_out=_health, rules={}),
    ("GET", "journal"): Route(
        carry_out=_journal,
        rules={
            "after": Integer(required=False, default=0),
            "kind": Text(required=False, choices=tuple(kind.value for kind in Kind)),
        },
    ),
    ("POST", "reset"): Route(carry_out=_reset, rules={}),
    ("GET", "faults"): Route(carry_out=_list_faults, rules={}),
    ("DELETE", "faults"): Route(carry_out=_clear_faults, rules={}),
    ("POST", "faults"): Route(
        carry_out=_add_fault,
        rules={
            "fault": Text(choices=_FAULTS),
            "action": _ACTION,
            "device_id": Text(required=False),
            "code": Text(required=False),
            "message": Text(required=False),
            # 0 is for ever
            "times": Integer(required=False, default=1),
        },
    ),
    ("POST", "random-faults"): Route(
        carry_out=_roll_faults,
        rules={
            "per_thousand": Integer(high=_PROBABILITY_UNIT),
            "seed": Integer(required=False, default=0),
            "faults": TextList(required=False, pattern="|".join(_FAULTS)),
            "action": _ACTION,
        },
    ),
    ("GET", "tasks"): Route(carry_out=_tasks, rules={}),
    ("POST", "tasks/end"): Route(
        carry_out=_end_task,
        rules={"task_id": Text(), "leave_code": Integer(required=False, default=1)},
    ),
    ("POST", "devices"): Route(
        carry_out=_set_device,
        rules={
            **_PROJECT_AND_DEVICE,
            "status": Text(required=False, choices=("offline", "ready", "connected")),
            "publishing": Integer(required=False, high=1),
        },
    ),
    ("POST", "clock"): Route(carry_out=_advance, rules={"seconds": Integer()}),
    ("POST", "callbacks"): Route(
        carry_out=_post_callback,
        rules={
            "project_id": Text(),
            "event_type": Integer(required=False, default=301),
            "task_id": Text(required=False),
            "room_id": Text(required=False),
            "status": Integer(required=False, default=0),
            "body": Text(required=False),
        },
    ),
}
