"""DescribeProjectList, DescribeDeviceList, DescribeDeviceSessionList and ModifyCallbackUrl."""

from recordings.sandbox.callbacks import Callbacks
from recordings.sandbox.devices import Devices, DeviceState
from recordings.sandbox.names import iso_time
from recordings.sandbox.parameters import Checked
from recordings.sandbox.receivers import Receiver
from recordings.sandbox.samples import Fleet, SampleSession


def describe_project_list(given: Checked, *, fleet: Fleet) -> dict[str, object]:
    """One page of the projects."""
    rows: list[dict[str, object]] = [
        {
            "ProjectId": project.project_id,
            "ProjectName": project.name,
            "ProjectDescription": project.description,
            "PolicyMode": project.policy_mode,
            "ModifyTime": project.modify_time,
        }
        for project in fleet.projects
    ]
    return _page("Projects", rows, given)


def describe_device_list(given: Checked, *, devices: Devices) -> dict[str, object]:
    """One page of a project's devices that fit every filter. Raises ApiError ResourceNotFound."""
    project_id = given.text("ProjectId")
    rows: list[dict[str, object]] = [
        {
            "DeviceId": state.sample.device_id,
            "DeviceName": state.sample.name,
            "DeviceStatus": state.status,
            "DeviceType": state.sample.device_type,
            "ModifyTime": devices.project(project_id).modify_time,
            "LastReportTime": iso_time(state.reported_at),
            "ProjectId": project_id,
        }
        for state in devices.of_project(project_id)
        if _fits(state, given)
    ]
    return _page("Devices", rows, given)


def describe_device_session_list(given: Checked, *, fleet: Fleet, devices: Devices) -> dict[str, object]:
    """One page of a project's sessions, the latest first, that overlap the requested time.

    Raises ApiError ResourceNotFound.
    """
    project = devices.project(given.text("ProjectId"))
    since, until = given.optional_integer("StartTime"), given.optional_integer("EndTime")
    rows: list[dict[str, object]] = []
    for session in sorted(fleet.sessions, key=lambda s: s.began_ago):
        start = int(devices.began_at) - session.began_ago
        end = start + session.lasted
        if session.project_id != project.project_id or not _drove(session, given.text("DeviceId")):
            continue
        if (since is not None and end < since) or (until is not None and start > until):
            continue
        rows.append(
            {
                "SessionId": f"{session.field_device_id}-{session.remote_device_id}-{start}",
                "RemoteDeviceId": session.remote_device_id,
                "FieldDeviceId": session.field_device_id,
                "Resolution": "1920*1080",
                "StartTime": start,
                "EndTime": end,
                "Quality": session.quality,
            }
        )
    return _page("DeviceSessionList", rows, given)


def modify_callback_url(given: Checked, *, callbacks: Callbacks, devices: Devices) -> dict[str, object]:
    """From now on the project's callbacks go there, signed with the key. Raises ApiError ResourceNotFound."""
    project = devices.project(given.text("ProjectId"))
    receiver = Receiver(url=given.text("CallbackUrl"), key=given.text("SignKey"))
    callbacks.receivers.register(project.project_id, receiver)
    return {"Code": 0, "Msg": "ok"}


def _page(name: str, rows: list[dict[str, object]], given: Checked) -> dict[str, object]:
    first = (given.integer("PageNumber") - 1) * given.integer("PageSize")
    page = rows[first : first + given.integer("PageSize")]
    return {name: page, "Total": len(rows), "Num": len(page)}


def _fits(state: DeviceState, given: Checked) -> bool:
    words, status = given.text("SearchWords").lower(), given.text("DeviceStatus")
    return (
        given.text("DeviceType") in ("", state.sample.device_type)
        and (words in state.sample.device_id or words in state.sample.name.lower())
        and (status in ("", state.status) or (status == "online" and state.status != "offline"))
    )


def _drove(session: SampleSession, device_id: str) -> bool:
    return device_id in ("", session.field_device_id, session.remote_device_id)
