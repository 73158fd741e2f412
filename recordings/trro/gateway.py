"""The door to the vendor: the only place that imports the Tencent SDK, which signs; everything else is ours.

Left to itself the SDK repeats calls that succeeded, loses the status and the code of errors, follows
redirects with the storage's secret key in the body, and prints secrets at DEBUG. So its HTTP layer is
replaced and its logger held.
"""

import copy
import logging
import math
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.trro.v20220325.trro_client import TrroClient

from recordings.trro.connection import tls_context
from recordings.trro.deadline import Deadline
from recordings.trro.endpoint import Endpoint, Proxy
from recordings.trro.failures import AnswerLost, MomentMissed, NeverSent
from recordings.trro.outcome import Outcome, Refused, Unknown
from recordings.trro.pool import Pool
from recordings.trro.requests import VendorRequest
from recordings.trro.responses import judge, request_id_in
from recordings.trro.trace import Trace, seconds_ahead, signature_steps
from recordings.trro.transport import Exchange, at_once

DEFAULT_DEADLINE_SECONDS = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The cloud account whose key signs the calls.

    `endpoint` is a host such as `trro.tencentcloudapi.com`, `region` may be empty, `language` is that of
    the vendor's messages: Chinese for `zh…`, else English.
    """

    endpoint: str
    region: str
    secret_id: str
    secret_key: str = field(repr=False)
    language: str = "zh-CN"


class Gateway:
    """Calls the vendor for one account. Safe to share between threads; connections are kept and reused.

    `deadline_seconds` bounds the whole of each call, from the look-up of the name to the last byte of the
    answer. `proxy` is `http://[user:password@]host:port` or empty; plain http, to loopback, does not use it.
    `extra_hosts` and `ca_file` widen the allow-list and the trusted authorities: for tests. Raises
    ValueError for settings that cannot be used.
    """

    def __init__(
        self,
        account: Account,
        *,
        deadline_seconds: float = DEFAULT_DEADLINE_SECONDS,
        proxy: str = "",
        allow_loopback_http: bool = False,
        extra_hosts: Collection[str] = (),
        ca_file: str = "",
    ) -> None:
        if not (math.isfinite(deadline_seconds) and deadline_seconds > 0):
            raise ValueError("a deadline is a number of seconds above zero")
        endpoint = Endpoint.parse(account.endpoint, allow_loopback=allow_loopback_http, extra_hosts=extra_hosts)
        hold_sdk_logger()
        self._deadline_seconds = deadline_seconds
        self._endpoint = endpoint
        tunnel = Proxy.parse(proxy) if proxy and endpoint.is_tls else None
        self._pool = Pool(endpoint, tunnel, tls_context(ca_file) if endpoint.is_tls else None)
        self._client = _signing_client(account, endpoint)

    def call(self, request: VendorRequest, *, before_send: Callable[[], None] = at_once) -> Outcome:
        """Make one call, once, and be back within the deadline. Whatever fails on the way is an outcome.

        `before_send` runs when the request is signed and its connection open. It may wait a few milliseconds for the
        moment at which the call may leave, and raise MomentMissed, which is passed on: nothing has left then.
        """
        return self._exchanged(request, self._exchange(before_send))

    def traced_call(self, request: VendorRequest, *, before_send: Callable[[], None] = at_once) -> Trace:
        """The same, with how it was signed and what the vendor's clock says: for a user who checks a key."""
        exchange = self._exchange(before_send)
        sent_at = time.time()
        outcome = self._exchanged(request, exchange)
        return Trace(
            outcome=outcome,
            signature=signature_steps(exchange.request) if exchange.request else None,
            seconds_ahead=seconds_ahead(exchange.server_date, sent_at=sent_at, received_at=time.time()),
        )

    def _exchange(self, before_send: Callable[[], None]) -> Exchange:
        return Exchange(self._endpoint, self._pool, Deadline(self._deadline_seconds), before_send)

    def _exchanged(self, request: VendorRequest, exchange: Exchange) -> Outcome:
        # Each call has its own way out, so that the mark of bytes sent is that call's and no other thread's.
        client = copy.copy(self._client)
        client.request = exchange
        try:
            return judge(request, client.call(request.action, request.params()))
        except MomentMissed:
            raise
        except NeverSent as failure:
            return Refused(code=failure.code, message=failure.message, repeatable=failure.repeatable)
        except AnswerLost as failure:
            request_id = request_id_in(failure.body)
            return Unknown(code=failure.code, message=failure.message, request_id=request_id)
        except Exception as failure:
            # A mistake of ours or of the SDK's. Only its kind is stored: its text may hold what was being sent.
            kind = type(failure).__name__
            if exchange.sent:
                return Unknown(code="AnswerLost.Unexpected", message=kind)
            return Refused(code="ClientError.NotSent", message=kind)

    def close(self) -> None:
        """Close idle connections. The gateway can still be used afterwards."""
        self._pool.close()


def hold_sdk_logger() -> None:
    """Keep the SDK's logger above DEBUG, where it prints keys, whatever logging is configured later.

    The level alone would not do: a later configuration may set it. A filter on the logger survives that.
    """
    logger = logging.getLogger("tencentcloud_sdk_common")
    logger.setLevel(logging.INFO)
    if _above_debug not in logger.filters:
        logger.addFilter(_above_debug)


def _above_debug(record: logging.LogRecord) -> bool:
    return record.levelno > logging.DEBUG


def _signing_client(account: Account, endpoint: Endpoint) -> Any:
    profile = ClientProfile(
        signMethod="TC3-HMAC-SHA256",
        httpProfile=HttpProfile(protocol=endpoint.scheme, endpoint=endpoint.authority, reqMethod="POST"),
        language="zh-CN" if account.language.lower().startswith("zh") else "en-US",
        disable_region_breaker=True,
        retryer=None,
    )
    try:
        credential = Credential(account.secret_id, account.secret_key)
    except TencentCloudSDKException:
        raise ValueError("an account's secret id and key are not empty and have no spaces around them") from None
    return TrroClient(credential, account.region, profile)
