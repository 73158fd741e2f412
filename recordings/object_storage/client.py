"""The one client of object storages: S3 itself, COS, and in development what stands in for both.

Nothing of the environment counts: no proxies, profiles, endpoints or credential files, only our own settings.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.conf import settings

from recordings.object_storage.vendors import Vendor

CONNECT_SECONDS, READ_SECONDS = 3, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A bucket, and the key to it."""

    vendor: int
    region: str
    bucket: str
    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)


def client_of(opening: Opening, *, attempts: int) -> Any:
    """A boto3 client that sends each request at most `attempts` times: one client for each key, shared by threads."""
    stand_in = settings.SANDBOX_STORAGE if settings.DEVELOPMENT else ""
    return _client(opening, settings.HTTP_PROXY, stand_in, attempts)


def headers_of(address: str, headers: Mapping[str, str]) -> Mapping[str, str]:
    """The headers of the response to a GET at a signed address, as a browser would get them. Raises BotoCoreError."""
    from botocore.awsrequest import AWSRequest
    from botocore.httpsession import URLLib3Session

    proxy = settings.HTTP_PROXY
    session = URLLib3Session(
        timeout=(CONNECT_SECONDS, READ_SECONDS), proxies={"http": proxy, "https": proxy} if proxy else {}
    )
    request = AWSRequest(method="GET", url=address, headers=dict(headers), stream_output=True)
    response = session.send(request.prepare())
    try:
        found: Mapping[str, str] = response.headers
        return found
    finally:
        response.raw.close()
        session.close()


@lru_cache(maxsize=64)
def _client(opening: Opening, proxy: str, stand_in: str, attempts: int) -> Any:
    # Imported late: it takes 0.3 s, which pages that ask no bucket need not spend.
    import boto3
    from botocore.config import Config
    from botocore.session import Session

    is_cos = opening.vendor == Vendor.COS
    nothing_outside = {
        name: (None, None, default, conversion)
        for name, (_, _, default, conversion) in Session.SESSION_VARIABLES.items()
    }
    nothing_outside |= dict.fromkeys(("config_file", "credentials_file"), (None, None, "", None))
    return boto3.session.Session(botocore_session=Session(nothing_outside)).client(
        "s3",
        endpoint_url=stand_in or (f"https://cos.{opening.region}.myqcloud.com" if is_cos else None),
        region_name=opening.region,
        aws_access_key_id=opening.access_key,
        aws_secret_access_key=opening.secret_key,
        verify=True,
        config=Config(
            signature_version="s3v4",
            # "auto" signs for the global host, which does not serve newer regions. A dotted bucket name fits no
            # certificate as a host: botocore then signs for the regional host, with the bucket in the path.
            s3={
                "addressing_style": "path" if stand_in else "virtual",
                "us_east_1_regional_endpoint": "regional",
            },
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"total_max_attempts": attempts, "mode": "standard"},
            proxies={"http": proxy, "https": proxy} if proxy else {},
            ignore_configured_endpoint_urls=True,
            use_fips_endpoint=False,
            use_dualstack_endpoint=False,
            user_agent_extra="trro-admin",
            max_pool_connections=16,
        ),
    )
