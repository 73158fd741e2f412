"""The paths below `/_sandbox/`, and the parameters of each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from recordings.sandbox import control_actions as actions
from recordings.sandbox.faults import Fault
from recordings.sandbox.journal import EntryKind
from recordings.sandbox.kinds import Flag, Integer, Number, Text, TextList
from recordings.sandbox.parameters import Checked, Rule
from recordings.sandbox.parts import Parts
from recordings.sandbox.rules import RULES


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """What a path does, and with which parameters."""

    carry_out: Callable[[Parts, Checked], dict[str, object]]
    rules: Mapping[str, Rule] = field(default_factory=dict)


_FAULTS = tuple(fault.value for fault in Fault)
_KINDS = tuple(kind.value for kind in EntryKind)
_ACTION = Text(required=False, choices=("", *RULES), default="CreateCloudRecording")
_OPTIONAL = Text(required=False)

_JOURNAL: Mapping[str, Rule] = {
    "after": Integer(required=False, default=0),
    "kind": Text(required=False, choices=_KINDS),
}
_ADD_FAULT: Mapping[str, Rule] = {
    "fault": Text(choices=_FAULTS),
    "action": _ACTION,
    "device_id": _OPTIONAL,
    "code": _OPTIONAL,
    "message": _OPTIONAL,
    "times": Integer(required=False, default=1),
}
_ROLL_FAULTS: Mapping[str, Rule] = {
    "probability": Number(high=1),
    "seed": Integer(required=False, default=0),
    "faults": TextList(required=False, pattern="|".join(_FAULTS)),
    "action": _ACTION,
}
_END_TASK: Mapping[str, Rule] = {
    "task_id": Text(),
    "leave_code": Integer(required=False, default=1),
}
_SET_DEVICE: Mapping[str, Rule] = {
    "project_id": Text(),
    "device_id": Text(),
    "status": Text(required=False, choices=("offline", "ready", "connected")),
    "publishing": Flag(required=False),
}
_POST_CALLBACK: Mapping[str, Rule] = {
    "project_id": Text(),
    "event_type": Integer(required=False, default=301),
    "task_id": _OPTIONAL,
    "room_id": _OPTIONAL,
    "status": Integer(required=False, default=0),
    "body": _OPTIONAL,
}

ROUTES: Mapping[tuple[str, str], Route] = {
    ("GET", "health"): Route(carry_out=actions.health),
    ("GET", "journal"): Route(carry_out=actions.journal, rules=_JOURNAL),
    ("POST", "reset"): Route(carry_out=actions.reset),
    ("GET", "faults"): Route(carry_out=actions.list_faults),
    ("POST", "faults"): Route(carry_out=actions.add_fault, rules=_ADD_FAULT),
    ("DELETE", "faults"): Route(carry_out=actions.clear_faults),
    ("POST", "random-faults"): Route(carry_out=actions.roll_faults, rules=_ROLL_FAULTS),
    ("GET", "tasks"): Route(carry_out=actions.list_tasks),
    ("POST", "tasks/end"): Route(carry_out=actions.end_task, rules=_END_TASK),
    ("POST", "devices"): Route(carry_out=actions.set_device, rules=_SET_DEVICE),
    ("POST", "clock"): Route(carry_out=actions.advance, rules={"seconds": Number()}),
    ("POST", "callbacks"): Route(carry_out=actions.post_callback, rules=_POST_CALLBACK),
}
