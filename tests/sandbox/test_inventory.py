"""What the inventory shows, in the documented shape, page by page."""

import json
import time

from tencentcloud.trro.v20220325 import models

from recordings.sandbox import Sandbox
from recordings.sandbox.fleet import FLEET, MINE, PORT
from tests.sandbox.clients import raw_call, sdk


def _fields(model: type) -> set[str]:
    return {name.removeprefix("_") for name in vars(model())}


def _device_list(sandbox: Sandbox, **parameters: object) -> models.DescribeDeviceListResponse:
    request = models.DescribeDeviceListRequest()
    request.from_json_string(json.dumps({"ProjectId": MINE.project_id, "PageSize": 100, **parameters}))
    return sdk(sandbox).DescribeDeviceList(request)


def test_projects_come_in_the_documented_shape(sandbox: Sandbox) -> None:
    response = raw_call(sandbox, "DescribeProjectList", {}).response
    assert set(response) == _fields(models.DescribeProjectListResponse)
    assert set(response["Projects"][0]) == _fields(models.ProjectInfo)
    assert [p["ProjectName"] for p in response["Projects"]] == [MINE.name, PORT.name]
    assert (response["Total"], response["Num"]) == (2, 2)


def test_devices_come_in_the_documented_shape(sandbox: Sandbox) -> None:
    response = raw_call(sandbox, "DescribeDeviceList", {"ProjectId": MINE.project_id}).response
    assert set(response) == _fields(models.DescribeDeviceListResponse)
    assert set(response["Devices"][0]) == _fields(models.DeviceInfo)
    assert response["Num"] == 10


def test_pages_together_are_the_whole_fleet(sandbox: Sandbox) -> None:
    seen = []
    for number in range(1, 10):
        page = _device_list(sandbox, PageSize=7, PageNumber=number)
        assert page.Num == len(page.Devices)
        seen += [device.DeviceId for device in page.Devices]
    assert seen == [d.device_id for d in FLEET.devices if d.project_id == MINE.project_id]
    assert page.Total == len(seen)


def test_devices_are_found_by_type_status_and_words(sandbox: Sandbox) -> None:
    assert {d.DeviceType for d in _device_list(sandbox, DeviceType="remote").Devices} == {"remote"}
    assert {d.DeviceStatus for d in _device_list(sandbox, DeviceStatus="ready").Devices} == {"ready"}
    assert {d.DeviceStatus for d in _device_list(sandbox, DeviceStatus="online").Devices} == {
        "ready",
        "connected",
    }
    assert {d.DeviceId for d in _device_list(sandbox, SearchWords="电铲").Devices} == {
        "shovel_01",
        "shovel_02",
        "shovel_03",
    }


def test_a_changed_status_shows_with_the_time_of_the_change(sandbox: Sandbox) -> None:
    before = _device_list(sandbox, SearchWords="truck_001").Devices[0]
    sandbox.advance(60)
    sandbox.set_device(MINE.project_id, "truck_001", status="offline")
    after = _device_list(sandbox, SearchWords="truck_001").Devices[0]
    assert (before.DeviceStatus, after.DeviceStatus) == ("connected", "offline")
    assert after.LastReportTime > before.LastReportTime


def test_sessions_come_in_the_documented_shape_latest_first(sandbox: Sandbox) -> None:
    parameters = {"ProjectId": MINE.project_id, "PageNumber": 1, "PageSize": 100}
    response = raw_call(sandbox, "DescribeDeviceSessionList", parameters).response
    assert set(response) == _fields(models.DescribeDeviceSessionListResponse)
    sessions = response["DeviceSessionList"]
    assert set(sessions[0]) == _fields(models.SessionInfo)
    starts = [session["StartTime"] for session in sessions]
    assert starts == sorted(starts, reverse=True)
    assert response["Total"] == len(sessions) == 18


def test_sessions_are_found_by_device_and_time(sandbox: Sandbox) -> None:
    parameters = {"ProjectId": MINE.project_id, "PageNumber": 1, "PageSize": 100}
    of_truck = raw_call(sandbox, "DescribeDeviceSessionList", {**parameters, "DeviceId": "truck_001"})
    assert {s["FieldDeviceId"] for s in of_truck.response["DeviceSessionList"]} == {"truck_001"}
    future = {**parameters, "StartTime": int(time.time()) + 1}
    assert raw_call(sandbox, "DescribeDeviceSessionList", future).response["Total"] == 0
