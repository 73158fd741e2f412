"""What can be asked of the vendor: one frozen dataclass for each action.

Fields carry the vendor's names in snake_case; `params` gives back exactly what is sent, `shown` the same
without secrets. A new action is its fields, its name and what its response promises. Source: TRRO API,
version 2022-03-25.
"""

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any, ClassVar

HLS = 0
MASK = "********"

# What `repr` leaves out and `shown` masks.
_SECRET = {"secret": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """Fields that travel under the vendor's names: `project_id` as `ProjectId`. What is None is not sent."""

    def params(self) -> dict[str, Any]:
        """Exactly what is sent, secrets included: for the gateway only."""
        return {_vendor_name(each): _plain(value, shown=False) for each, value in self._given()}

    def shown(self) -> dict[str, Any]:
        """What is sent with its secrets masked: what a page may show and a row may keep."""
        return {
            _vendor_name(each): MASK if each.metadata.get("secret") else _plain(value, shown=True)
            for each, value in self._given()
        }

    def _given(self) -> list[tuple[Field[Any], Any]]:
        values = [(each, getattr(self, each.name)) for each in fields(self)]
        return [(each, value) for each, value in values if value is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorRequest(Parameters):
    """One call that can be made.

    `promises` names what a good response holds beside the RequestId, with its type; a `TaskId` among it is
    the handle to something billed and must have the form of an id.
    """

    action: ClassVar[str]
    promises: ClassVar[Mapping[str, type]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudStorage(Parameters):
    """The bucket that recorded files are uploaded to, and the key the recorder does it with.

    `vendor` is 0 for Tencent COS, 1 for AWS S3. The parts of `file_name_prefix` become folders before the
    TaskId.
    """

    vendor: int
    region: str
    bucket: str
    access_key: str = field(repr=False, metadata=_SECRET)
    secret_key: str = field(repr=False, metadata=_SECRET)
    file_name_prefix: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateCloudRecording(VendorRequest):
    """Start recording one stream of one device. Billed, not idempotent: called twice, it records twice.

    `max_media_file_duration` is in minutes (1 to 1440), `max_idle_time` in seconds (5 to 86400); None
    leaves a choice to the vendor. The duration has no effect on HLS and is dropped for it, so that neither
    the call nor the history claims a limit that does not hold.
    """

    action: ClassVar[str] = "CreateCloudRecording"
    promises: ClassVar[Mapping[str, type]] = {"TaskId": str}

    project_id: str
    device_id: str
    video_stream_id: int
    cloud_storage: CloudStorage
    max_media_file_duration: int | None = None
    output_format: int | None = None
    max_idle_time: int | None = None

    def __post_init__(self) -> None:
        if self.output_format == HLS:
            object.__setattr__(self, "max_media_file_duration", None)


TASK_NOT_FOUND = "ResourceNotFound"
"""What the code begins with when a stop finds no such task. Source: TRRO API, DeleteCloudRecording."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteCloudRecording(VendorRequest):
    """Stop one recording. Safe to repeat: a TaskId names one recording for ever. Uploads continue after it."""

    action: ClassVar[str] = "DeleteCloudRecording"

    task_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeProjectList(VendorRequest):
    """Read one page of the account's projects; pages count from 1."""

    action: ClassVar[str] = "DescribeProjectList"
    promises: ClassVar[Mapping[str, type]] = {"Projects": list, "Total": int}

    page_size: int = 10
    page_number: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribeDeviceList(VendorRequest):
    """Read one page of a project's devices; pages count from 1."""

    action: ClassVar[str] = "DescribeDeviceList"
    promises: ClassVar[Mapping[str, type]] = {"Devices": list, "Total": int}

    project_id: str
    device_type: str | None = None
    search_words: str | None = None
    page_size: int = 10
    page_number: int = 1
    device_status: str | None = None
    register_type: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModifyCallbackUrl(VendorRequest):
    """Say where a project's callbacks go from now on, and what signs them. Safe to repeat.

    The response has a `Code` of its own: 0 is success, anything else is a refusal.
    """

    action: ClassVar[str] = "ModifyCallbackUrl"
    promises: ClassVar[Mapping[str, type]] = {"Code": int}

    project_id: str
    callback_url: str
    sign_key: str = field(repr=False, metadata=_SECRET)


def _vendor_name(parameter: Field[Any]) -> str:
    return "".join(word.capitalize() for word in parameter.name.split("_"))


def _plain(value: Any, *, shown: bool) -> Any:
    if isinstance(value, Parameters):
        return value.shown() if shown else value.params()
    return list(value) if isinstance(value, tuple) else value
