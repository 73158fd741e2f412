"""Signed addresses at the vendors' real hosts, not at what stands in for them."""

from urllib.parse import parse_qs, urlsplit

import pytest
from pytest_django.fixtures import Settings

from recordings.models import StorageCredential
from recordings.object_storage.bucket import Bucket
from recordings.object_storage.client import Opening

COS, AWS = StorageCredential.Vendor.COS, StorageCredential.Vendor.AWS


@pytest.fixture(autouse=True)
def real_hosts(settings: Settings) -> None:
    settings.SANDBOX_STORAGE = ""


def address(vendor: int, region: str, bucket: str) -> str:
    opening = Opening(vendor=vendor, region=region, bucket=bucket, access_key="AKIDtest", secret_key="secret")
    return Bucket(opening).address("own/a b.mp4", seconds=60, download_as="a.mp4")


@pytest.mark.parametrize(
    ("vendor", "region", "bucket", "host"),
    [
        (COS, "ap-guangzhou", "rec-1304123456", "rec-1304123456.cos.ap-guangzhou.myqcloud.com"),
        (COS, "eu-frankfurt", "rec-1304123456", "rec-1304123456.cos.eu-frankfurt.myqcloud.com"),
        (AWS, "us-east-1", "rec", "rec.s3.us-east-1.amazonaws.com"),
        (AWS, "eu-west-1", "rec", "rec.s3.eu-west-1.amazonaws.com"),
        (AWS, "ap-east-1", "rec", "rec.s3.ap-east-1.amazonaws.com"),
        (AWS, "me-central-1", "rec", "rec.s3.me-central-1.amazonaws.com"),
        (AWS, "cn-north-1", "rec", "rec.s3.cn-north-1.amazonaws.com.cn"),
        (AWS, "us-gov-west-1", "rec", "rec.s3.us-gov-west-1.amazonaws.com"),
    ],
)
def test_an_address_is_at_the_buckets_own_host_in_its_region(vendor: int, region: str, bucket: str, host: str) -> None:
    signed = urlsplit(address(vendor, region, bucket))
    query = parse_qs(signed.query)
    assert (signed.scheme, signed.netloc, signed.path) == ("https", host, "/own/a%20b.mp4")
    assert query["X-Amz-Credential"][0].split("/")[2:] == [region, "s3", "aws4_request"]
    assert query["X-Amz-SignedHeaders"] == ["host"]


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1", "ap-east-1", "cn-north-1"])
def test_a_dotted_bucket_is_in_the_path_since_no_certificate_fits_its_host(region: str) -> None:
    signed = urlsplit(address(AWS, region, "my.own.bucket"))
    domain = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    assert (signed.netloc, signed.path) == (f"s3.{region}.{domain}", "/my.own.bucket/own/a%20b.mp4")
