"""The parameters of every action the sandbox knows.

Source: TRRO API 2022-03-25. Where the vendor names no upper bound, there is none here.
"""

from collections.abc import Mapping

from recordings.sandbox.kinds import Integer, Text, TextList
from recordings.sandbox.parameters import Group, Rule

VERSION = "2022-03-25"

HLS, HLS_AND_MP4, HLS_AND_AAC, MP4, AAC = range(5)
COS, AWS = range(2)

_PROJECT = Text(pattern=r"[a-z0-9]{1,32}")
_DEVICE = r"[a-z0-9_]{1,32}"
_NOT_EMPTY = r"[\x21-\x7e]{1,512}"

_PAGE: Mapping[str, Rule] = {
    "PageSize": Integer(required=False, low=1, default=10),
    "PageNumber": Integer(required=False, low=1, default=1),
}

_CLOUD_STORAGE: Mapping[str, Rule] = {
    "Vendor": Integer(low=COS, high=AWS),
    "Region": Text(pattern=r"[a-z]{2,}(-[a-z0-9]+)+"),
    "Bucket": Text(pattern=r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"),
    "AccessKey": Text(pattern=_NOT_EMPTY),
    "SecretKey": Text(pattern=_NOT_EMPTY),
    "FileNamePrefix": TextList(required=False, pattern=r"[A-Za-z0-9_-]+"),
}

RULES: Mapping[str, Mapping[str, Rule]] = {
    "CreateCloudRecording": {
        "ProjectId": _PROJECT,
        "DeviceId": Text(pattern=_DEVICE),
        "VideoStreamId": Integer(low=0),
        "CloudStorage": Group(rules=_CLOUD_STORAGE),
        "MaxMediaFileDuration": Integer(required=False, low=1, high=1440, default=1440),
        "OutputFormat": Integer(required=False, low=HLS, high=AAC, default=MP4),
        "MaxIdleTime": Integer(required=False, low=5, high=86400, default=30),
    },
    "DeleteCloudRecording": {"TaskId": Text(pattern=_NOT_EMPTY)},
    "DescribeProjectList": _PAGE,
    "DescribeDeviceList": {
        "ProjectId": _PROJECT,
        "DeviceType": Text(required=False, choices=("field", "remote")),
        "SearchWords": Text(required=False),
        "DeviceStatus": Text(required=False, choices=("ready", "connected", "online")),
        "RegisterType": Integer(required=False, high=1, default=0),
        **_PAGE,
    },
    "DescribeDeviceSessionList": {
        "ProjectId": _PROJECT,
        "PageNumber": Integer(low=1),
        "PageSize": Integer(low=1),
        "DeviceId": Text(required=False, pattern=_DEVICE),
        "StartTime": Integer(required=False),
        "EndTime": Integer(required=False),
    },
    "ModifyCallbackUrl": {
        "ProjectId": _PROJECT,
        "CallbackUrl": Text(pattern=r"https?://[\x21-\x7e]+"),
        "SignKey": Text(required=False, pattern=r"[A-Za-z0-9]{1,32}"),
    },
}
