"""What can be asked of a sandbox, or done to it, by the control endpoint; paths are in `control_routes`."""

import time
from dataclasses import asdict

from recordings.sandbox.events import event
from recordings.sandbox.faults import Fault, FaultPlan, RandomFaults
from recordings.sandbox.journal import EntryKind
from recordings.sandbox.parameters import Checked
from recordings.sandbox.parts import Parts
from recordings.sandbox.task import Task

Answer = dict[str, object]


def health(parts: Parts, _given: Checked) -> Answer:
    """That it runs, and how many tasks do."""
    return {"ok": True, "live": len(parts.tasks.live())}


def journal(parts: Parts, given: Checked) -> Answer:
    """The entries of this run numbered above `after`, of one kind or of all."""
    kind = EntryKind(given.text("kind")) if given.text("kind") else None
    entries = parts.journal.entries(kind=kind, after=given.integer("after"))
    return {"entries": [entry.as_json() for entry in entries]}


def reset(parts: Parts, _given: Checked) -> Answer:
    """As if it had just begun."""
    parts.reset()
    return {}


def list_faults(parts: Parts, _given: Checked) -> Answer:
    """The plans that can still meet a call."""
    return {"faults": [{**asdict(plan), "fault": plan.fault.value} for plan in parts.faults.plans()]}


def add_fault(parts: Parts, given: Checked) -> Answer:
    """Queue a plan; `times` 0 is for ever."""
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


def clear_faults(parts: Parts, _given: Checked) -> Answer:
    """No more faults, neither planned nor by chance."""
    parts.faults.clear()
    return {}


def roll_faults(parts: Parts, given: Checked) -> Answer:
    """Faults by chance, out of `faults` or, when none are named, of all."""
    dice = RandomFaults(
        probability=given.number("probability"),
        seed=given.integer("seed"),
        faults=tuple(Fault(name) for name in given.texts("faults")) or tuple(Fault),
        action=given.text("action"),
    )
    parts.faults.roll(dice)
    return {}


def list_tasks(parts: Parts, _given: Checked) -> Answer:
    """Every task of this run."""
    return {
        "live": [_seen(task) for task in parts.tasks.live()],
        "ended": [_seen(task) for task in parts.tasks.ended()],
    }


def end_task(parts: Parts, given: Checked) -> Answer:
    """End a task without a request; the code is that of callback 302."""
    parts.tasks.end(given.text("task_id"), leave_code=given.integer("leave_code"))
    return {}


def set_device(parts: Parts, given: Checked) -> Answer:
    """Change a device's status, whether it publishes, or both."""
    state = parts.set_device(
        given.text("project_id"),
        given.text("device_id"),
        status=given.text("status") or None,
        publishing=given.flag("publishing"),
    )
    return {"status": state.status, "publishing": state.publishing}


def advance(parts: Parts, given: Checked) -> Answer:
    """Let seconds pass for all tasks, and wait for what became due."""
    return {"settled": parts.advance(given.number("seconds"))}


def post_callback(parts: Parts, given: Checked) -> Answer:
    """Post a callback made by hand: `body` as it is, or one about a task, real or not."""
    task_id, event_type = given.text("task_id"), given.integer("event_type")
    made = event(
        event_type,
        {"Status": given.integer("status")},
        room=given.text("room_id"),
        robot="record_by_hand",
        task_id=task_id,
        at=time.time(),
    )
    body = given.text("body").encode() or made
    parts.callbacks.post(body, project_id=given.text("project_id"), task_id=task_id, event_type=event_type)
    return {}


def _seen(task: Task) -> Answer:
    return {
        "task_id": task.task_id,
        "project_id": task.request.project_id,
        "device_id": task.request.device_id,
        "stream": task.request.stream,
        "prefix": list(task.request.prefix),
        "started_at": task.started_at,
        "idle_since": task.idle_since,
        "ended_at": task.ended_at,
        "leave_code": task.leave_code,
    }
