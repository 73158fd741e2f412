"""From an action's name to the code that carries it out."""

from recordings.sandbox import inventory_actions as inventory
from recordings.sandbox import recording_actions as recording
from recordings.sandbox.parameters import Checked
from recordings.sandbox.parts import Parts


def act(parts: Parts, action: str, given: Checked, *, account: str, request_id: str, fault: str) -> dict[str, object]:
    """Carry out a valid call; `fault` is for the journal only. Raises ApiError when it is impossible."""
    match action:
        case "CreateCloudRecording":
            return recording.create_cloud_recording(
                given,
                account=account,
                tasks=parts.tasks,
                devices=parts.devices,
                storage_keys=parts.config.storage_keys,
                request_id=request_id,
                fault=fault,
            )
        case "DeleteCloudRecording":
            return recording.delete_cloud_recording(
                given, account=account, tasks=parts.tasks, request_id=request_id, fault=fault
            )
        case "DescribeProjectList":
            return inventory.describe_project_list(given, fleet=parts.config.fleet)
        case "DescribeDeviceList":
            return inventory.describe_device_list(given, devices=parts.devices)
        case "DescribeDeviceSessionList":
            return inventory.describe_device_session_list(given, fleet=parts.config.fleet, devices=parts.devices)
        case "ModifyCallbackUrl":
            return inventory.modify_callback_url(given, callbacks=parts.callbacks, devices=parts.devices)
    raise AssertionError(f"{action} has rules but nothing that carries it out")


def device_of(parts: Parts, given: Checked) -> str:
    """The device a call is about, by its parameters or by its task; empty when there is none."""
    if device_id := given.text("DeviceId"):
        return device_id
    task = parts.tasks.find(given.text("TaskId"))
    return task.request.device_id if task else ""
