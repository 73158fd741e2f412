"""What is sent is what the vendor's own models hold, and what is shown holds no secret."""

import dataclasses
import json
import warnings

import pytest
from tencentcloud.trro.v20220325 import models

from recordings.trro.requests import (
    HLS,
    MASK,
    CloudStorage,
    CreateCloudRecording,
    DeleteCloudRecording,
    DescribeDeviceList,
    DescribeProjectList,
    VendorRequest,
)
from tests.trro.samples import STORAGE_ACCESS_KEY, STORAGE_SECRET_KEY, TASK_ID, start, stop

ALL = [
    start(),
    start(max_media_file_duration=None, output_format=None, max_idle_time=None),
    start(output_format=HLS, max_media_file_duration=None),
    stop(),
    DescribeProjectList(),
    DescribeProjectList(page_size=100, page_number=3),
    DescribeDeviceList(project_id="p"),
    DescribeDeviceList(
        project_id="p", device_type="field", search_words="truck", device_status="ready", register_type=1
    ),
]


@pytest.mark.parametrize("request_", ALL, ids=lambda request: request.action)
def test_vendors_model_takes_every_parameter_and_gives_the_same_back(request_: VendorRequest) -> None:
    model = getattr(models, f"{request_.action}Request")()
    with warnings.catch_warnings():
        # The SDK warns of parameters that its model does not know.
        warnings.simplefilter("error")
        model._deserialize(request_.params())
    assert model._serialize() == request_.params()


@pytest.mark.parametrize(
    "request_class", [CreateCloudRecording, DeleteCloudRecording, DescribeDeviceList, DescribeProjectList]
)
def test_every_parameter_of_the_vendors_model_is_a_field(request_class: type[VendorRequest]) -> None:
    model = getattr(models, f"{request_class.action}Request")()
    ours = {field.name.replace("_", "") for field in dataclasses.fields(request_class)}
    assert ours == {name.lstrip("_").lower() for name in vars(model)}


def test_start_sends_exactly_the_request() -> None:
    assert start().params() == {
        "ProjectId": "m82k5408n123phvb",
        "DeviceId": "truck_01",
        "VideoStreamId": 0,
        "CloudStorage": {
            "Vendor": 0,
            "Region": "ap-guangzhou",
            "Bucket": "recording-1304123456",
            "AccessKey": STORAGE_ACCESS_KEY,
            "SecretKey": STORAGE_SECRET_KEY,
            "FileNamePrefix": ["2024-12-24", "truck_01", "r-9f3k"],
        },
        "MaxMediaFileDuration": 60,
        "OutputFormat": 3,
        "MaxIdleTime": 30,
    }
    assert stop().params() == {"TaskId": TASK_ID}


def test_shown_is_what_is_sent_without_secrets() -> None:
    shown = start().shown()
    expected = start().params()
    expected["CloudStorage"] |= {"AccessKey": MASK, "SecretKey": MASK}
    assert shown == expected


def test_shown_can_be_stored_as_json_and_holds_no_secret() -> None:
    for request in ALL:
        assert "CANARY" not in json.dumps(request.shown())


def test_repr_holds_no_secret() -> None:
    assert "CANARY" not in repr(start()) + str(start()) + repr(start().cloud_storage)


def test_duration_has_no_place_in_an_hls_recording() -> None:
    request = start(output_format=HLS, max_media_file_duration=60)
    assert request.max_media_file_duration is None
    assert "MaxMediaFileDuration" not in request.params()
    assert "MaxMediaFileDuration" not in request.shown()


@pytest.mark.parametrize("output_format", [1, 2, 3, 4, None])
def test_duration_is_kept_for_every_other_format(output_format: int | None) -> None:
    assert start(output_format=output_format).params()["MaxMediaFileDuration"] == 60


def test_zero_is_sent_and_none_is_not() -> None:
    params = start(output_format=HLS, max_idle_time=None).params()
    assert (params["VideoStreamId"], params["OutputFormat"], params["CloudStorage"]["Vendor"]) == (0, 0, 0)
    assert "MaxIdleTime" not in params


def test_requests_do_not_change() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        start().device_id = "another"  # type: ignore[misc]
    with pytest.raises(TypeError, match="positional"):
        CloudStorage(0, "ap-guangzhou", "b", "a", "s", ())  # type: ignore[misc]
