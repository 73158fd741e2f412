"""CreateCloudRecording and DeleteCloudRecording."""

import re
from collections.abc import Mapping

from recordings.sandbox.devices import Devices
from recordings.sandbox.errors import ApiError
from recordings.sandbox.parameters import Checked
from recordings.sandbox.rules import COS
from recordings.sandbox.storage import Bucket
from recordings.sandbox.task import TaskRequest
from recordings.sandbox.tasks import Tasks

_ENDS_IN_APPID = re.compile(r".+-\d{5,}")


def create_cloud_recording(
    given: Checked,
    *,
    account: str,
    tasks: Tasks,
    devices: Devices,
    storage_keys: Mapping[str, str],
    request_id: str,
    fault: str,
) -> dict[str, object]:
    """Start a task, another one each time.

    Raises ApiError ResourceNotFound, InvalidParameterValue, UnauthorizedOperation.StorageAuthFailed or
    FailedOperation.RestrictedConcurrency.
    """
    device = devices.device(given.text("ProjectId"), given.text("DeviceId"))
    request = TaskRequest(
        account=account,
        project_id=device.sample.project_id,
        device_id=device.sample.device_id,
        stream=given.integer("VideoStreamId"),
        bucket=_bucket(given.group("CloudStorage"), storage_keys),
        prefix=given.group("CloudStorage").texts("FileNamePrefix"),
        output_format=given.integer("OutputFormat"),
        max_minutes=given.integer("MaxMediaFileDuration"),
        max_idle=given.integer("MaxIdleTime"),
    )
    task = tasks.start(request, publishing=device.publishing, request_id=request_id, fault=fault)
    return {"TaskId": task.task_id}


def delete_cloud_recording(
    given: Checked, *, tasks: Tasks, account: str, request_id: str, fault: str
) -> dict[str, object]:
    """Stop a task. Raises ApiError ResourceNotFound."""
    tasks.stop(given.text("TaskId"), account=account, request_id=request_id, fault=fault)
    return {}


def _bucket(given: Checked, storage_keys: Mapping[str, str]) -> Bucket:
    bucket = Bucket(
        vendor=given.integer("Vendor"),
        region=given.text("Region"),
        name=given.text("Bucket"),
        access_key=given.text("AccessKey"),
        secret_key=given.text("SecretKey"),
    )
    if bucket.vendor == COS and not _ENDS_IN_APPID.fullmatch(bucket.name):
        raise ApiError("InvalidParameterValue", "The parameter `CloudStorage.Bucket` must end in -<APPID>.")
    if storage_keys and storage_keys.get(bucket.access_key) != bucket.secret_key:
        raise ApiError("UnauthorizedOperation.StorageAuthFailed", "The storage key is invalid or has no permission.")
    return bucket
