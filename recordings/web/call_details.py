"""The call behind a click, for pages: its parameters with their explanations, and how to make it by other means."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from recordings.lifecycle.send import shown_call
from recordings.models import CloudAccount, Recording
from recordings.trro.requests import MASK, CreateCloudRecording
from recordings.trro.snippets import VERSION, as_json, as_python, as_tccli
from recordings.web.parameter_help import PARAMETER_HELP, ParameterHelp


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownParameter:
    """One parameter under its dotted name, such as `CloudStorage.Bucket`."""

    name: str
    value: str
    is_secret: bool
    help: ParameterHelp | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDetails:
    """One call, without its secrets: its parameters, its body as JSON, a tccli command, a Python program."""

    action: str
    version: str
    parameters: Sequence[ShownParameter]
    json: str
    tccli: str
    python: str


def start_details(recording: Recording) -> CallDetails:
    """The call that starts a recording, from its frozen parameters; also of one that is not saved yet."""
    return call_details(CreateCloudRecording.action, shown_call(recording), recording.account)


def call_details(action: str, shown: Mapping[str, Any], account: CloudAccount) -> CallDetails:
    """The details of a call of `account`, from its parameters as `VendorRequest.shown()` masks them."""
    way = {"endpoint": account.endpoint, "region": account.region}
    return CallDetails(
        action=action,
        version=VERSION,
        parameters=list(_parameters(shown)),
        json=as_json(shown),
        tccli=as_tccli(action, shown, **way),
        python=as_python(action, shown, **way),
    )


def flattened(shown: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """The parameters of a call by their dotted names, without the objects that hold others."""
    for name, value in shown.items():
        if isinstance(value, Mapping):
            yield from flattened(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def in_words(value: Any) -> str:
    """A parameter's value as text: lists as JSON, anything else as it is."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else str(value)


def _parameters(shown: Mapping[str, Any]) -> Iterator[ShownParameter]:
    for name, value in flattened(shown):
        is_secret = value == MASK
        yield ShownParameter(name=name, value=in_words(value), is_secret=is_secret, help=PARAMETER_HELP.get(name))
