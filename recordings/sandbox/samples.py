"""The shapes of sample data; the data itself is in `fleet`."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleAccount:
    """A Tencent Cloud account that exists in the sandbox only."""

    secret_id: str
    secret_key: str = field(repr=False)
    sdk_app_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleStorage:
    """A bucket that exists in the sandbox only; `vendor` is 0 for COS, 1 for AWS S3."""

    vendor: int
    region: str
    bucket: str
    access_key: str
    secret_key: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleProject:
    """A TRRO project; `policy_mode` is black or white, times are ISO 8601."""

    project_id: str
    name: str
    description: str
    policy_mode: str = "black"
    modify_time: str = "2025-03-18T09:30:00+08:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleDevice:
    """A machine (`field`) or the seat it is driven from (`remote`); status offline, ready or connected."""

    project_id: str
    device_id: str
    name: str
    device_type: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSession:
    """A machine was driven, so many seconds before the sandbox began, for so many seconds."""

    project_id: str
    field_device_id: str
    remote_device_id: str
    began_ago: int
    lasted: int
    quality: str = "good"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """All that the inventory actions can show."""

    projects: tuple[SampleProject, ...]
    devices: tuple[SampleDevice, ...]
    sessions: tuple[SampleSession, ...] = ()
