"""Every parameter of the calls that pages show, explained twice: in plain words, and in Tencent Cloud's terms.

Source: TRRO API, version 2022-03-25, CreateCloudRecording and DeleteCloudRecording.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterHelp:
    """One parameter. `plain`: what it does, for an operator. `vendor`: its type, its range, and its default."""

    plain: str | Promise
    vendor: str | Promise


PARAMETER_HELP: Mapping[str, ParameterHelp] = MappingProxyType(
    {
        "ProjectId": ParameterHelp(
            plain=_("The site or fleet that the device belongs to."),
            vendor=_("String, required. The project's ID in the TRRO console."),
        ),
        "DeviceId": ParameterHelp(
            plain=_("The machine whose video is recorded."),
            vendor=_(
                "String, required. Unique in its project: lower-case letters, digits and _, at most 32 characters."
            ),
        ),
        "VideoStreamId": ParameterHelp(
            plain=_("Which of the machine's cameras, counted from 0. Each stream is recorded and billed separately."),
            vendor=_("Integer, required. Stream number from 0."),
        ),
        "CloudStorage": ParameterHelp(
            plain=_("The bucket that the files are uploaded to, and the key for it."),
            vendor=_("Object, required. Vendor, Region, Bucket, AccessKey, SecretKey and FileNamePrefix."),
        ),
        "CloudStorage.Vendor": ParameterHelp(
            plain=_("Whose storage it is: Tencent COS or Amazon S3."),
            vendor=_("Integer, required. 0: Tencent COS, 1: AWS S3."),
        ),
        "CloudStorage.Region": ParameterHelp(
            plain=_("Where the bucket is. A wrong region makes uploads fail."),
            vendor=_("String, required. For example ap-guangzhou."),
        ),
        "CloudStorage.Bucket": ParameterHelp(
            plain=_("The bucket's name."),
            vendor=_("String, required. A COS bucket's name ends in -<APPID>."),
        ),
        "CloudStorage.AccessKey": ParameterHelp(
            plain=_("Identifies the key that uploads. Never shown here."),
            vendor=_("String, required. SecretId for COS, access key ID for AWS."),
        ),
        "CloudStorage.SecretKey": ParameterHelp(
            plain=_("The secret of that key. Never shown here."),
            vendor=_("String, required. SecretKey for COS, secret access key for AWS."),
        ),
        "CloudStorage.FileNamePrefix": ParameterHelp(
            plain=_(
                "The folders before the TaskId. The last one is this start's own reference, by which a lost TaskId is "
                "found in the bucket."
            ),
            vendor=_("Array of strings: letters, digits, _ and -. Files land at <prefix>/<TaskId>/<file>."),
        ),
        "MaxMediaFileDuration": ParameterHelp(
            plain=_("A new file begins after this many minutes. Not used for HLS."),
            vendor=_("Integer, minutes, 1 to 1440, default 1440. A file is also cut at 2 GB and at 24 hours."),
        ),
        "OutputFormat": ParameterHelp(
            plain=_("What kind of files are written. HLS can be watched while recording; MP4 once a file is complete."),
            vendor=_("Integer. 0: HLS, 1: HLS + MP4, 2: HLS + AAC, 3: MP4 (default), 4: AAC."),
        ),
        "MaxIdleTime": ParameterHelp(
            plain=_("The recording stops by itself, and billing with it, after this many seconds without video."),
            vendor=_("Integer, seconds, 5 to 86400, default 30."),
        ),
        "TaskId": ParameterHelp(
            plain=_("The recording's ID at Tencent Cloud: the only handle for stopping it."),
            vendor=_("String, required. Returned once by CreateCloudRecording."),
        ),
    }
)


def help_on_field(name: str) -> ParameterHelp | None:
    """The help on a form's field: `video_stream_id` is VideoStreamId. None for fields that are no parameter."""
    vendor_name = "".join(word.capitalize() for word in name.split("_"))
    return PARAMETER_HELP.get(vendor_name) or PARAMETER_HELP.get(f"CloudStorage.{vendor_name}")
