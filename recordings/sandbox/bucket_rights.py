"""Who may do what in the stand-in for COS and S3: signatures, rights and regions, refused as the vendors refuse.

A WSGI application in front of another. Source: AWS Signature Version 4, and the error codes of S3 and COS.
"""

import hashlib
import hmac
import threading
import time
from calendar import timegm
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from urllib.parse import parse_qsl, unquote

ACTIONS = frozenset({"PutObject", "GetObject", "ListBucket", "DeleteObject"})
_OBJECT_ACTIONS = {"PUT": "PutObject", "GET": "GetObject", "HEAD": "GetObject", "DELETE": "DeleteObject"}
_STATUS = {"NoSuchBucket": "404 Not Found", "AuthorizationHeaderMalformed": "400 Bad Request"}
_MESSAGES = {
    "InvalidAccessKeyId": "The AWS Access Key Id you provided does not exist in our records.",
    "SignatureDoesNotMatch": "The request signature we calculated does not match the signature you provided.",
    "AccessDenied": "Access Denied",
    "InvalidObjectState": "The operation is not valid for the object's storage class",
    "NoSuchBucket": "The specified bucket does not exist",
    "AuthorizationHeaderMalformed": "The authorization header is malformed; the region is wrong.",
}
Environ = dict[str, Any]
Respond = Callable[..., Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """A key's secret, and what it may do."""

    secret_key: str = field(repr=False)
    actions: frozenset[str]

    @classmethod
    def of(cls, secret_key: str, *actions: str) -> "Rights":
        """All actions when none are named. Raises ValueError for one that does not exist."""
        if strange := set(actions) - ACTIONS:
            raise ValueError(f"no such actions: {strange}")
        return cls(secret_key=secret_key, actions=frozenset(actions) or ACTIONS)


class Listing(Enum):
    """How far a server pages as S3 does: which parameters of a listing it ignores."""

    TOKENS = frozenset[str]()
    MARKERS = frozenset({"list-type", "start-after", "continuation-token"})
    """As COS documents "GET Bucket"."""
    STUCK = frozenset({"list-type", "start-after", "continuation-token", "marker"})
    """The request cannot be carried out."""

    def understood(self, query: str, page_length: int) -> str:
        """The query without what this server ignores, and with its own length of a page."""
        ignored = self.value | {"max-keys"}
        kept = [pair for pair in query.split("&") if pair and pair.partition("=")[0] not in ignored]
        return "&".join([*kept, f"max-keys={page_length}"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An error as a storage answers it."""

    code: str = ""
    message: str = ""


class Guard:
    """Asks before the server is asked, one request at a time, since that server's memory bears no more."""

    def __init__(self, server: Callable[[Environ, Respond], Iterable[bytes]]) -> None:
        self.lock = threading.RLock()
        self.asked: list[str] = []
        """The action of each request that came, in order."""
        self.cors = True
        """Whether pages of other origins may read what they were given an address for."""
        self.listing = Listing.TOKENS
        self.page_length = 1000
        """The most objects of one page of a listing, whatever the request says."""
        self.refusal = Refusal()
        """What every request that comes now is answered with, as long as it has a code."""
        self.archived: dict[tuple[str, str], list[tuple[str, str]]] = {}
        """Objects (bucket, key) that cannot be read before they are restored, and what HEAD says of them."""
        self._server = server
        self._rights: dict[str, Rights] = {}
        self._buckets: dict[str, tuple[str, bool]] = {}

    def know(self, bucket: str, *, region: str, cos: bool) -> None:
        """Hold a bucket to its region."""
        self._buckets[bucket] = (region, cos)

    def grant(self, access_key: str, rights: Rights) -> None:
        """Replace what a key may."""
        self._rights[access_key] = rights

    def __call__(self, environ: Environ, respond: Respond) -> Iterable[bytes]:
        bucket, _, key = unquote(environ["PATH_INFO"]).lstrip("/").partition("/")
        action = _OBJECT_ACTIONS.get(environ["REQUEST_METHOD"], "") if key else "ListBucket"
        with self.lock:
            self.asked.append(action)
            code = self.refusal.code or self._complaint(environ, bucket, action)
            archived = self.archived.get((bucket, key))
            if not code and archived is not None and environ["REQUEST_METHOD"] == "GET" and not _is_restored(archived):
                code = "InvalidObjectState"
            if code:
                return self._refuse(environ, respond, code, bucket)
            if action == "ListBucket" and environ["REQUEST_METHOD"] == "GET":
                query = self.listing.understood(environ["QUERY_STRING"], self.page_length)
                environ = environ | {"QUERY_STRING": query}
            respond = _with_headers(respond, archived or []) if self.cors else _without_cors(respond)
            return list(self._server(environ, respond))

    def _complaint(self, environ: Environ, bucket: str, action: str) -> str:
        """The code of what is wrong with a request, empty when nothing is."""
        signed = Signed.read(environ)
        rights = self._rights.get(signed.access_key) if signed else None
        if self._rights:
            if signed is None or signed.is_expired():
                return "AccessDenied"
            if rights is None:
                return "InvalidAccessKeyId"
            if not hmac.compare_digest(signed.signature, signed.expected(environ, rights.secret_key)):
                return "SignatureDoesNotMatch"
        if bucket not in self._buckets:
            return "NoSuchBucket"
        region, cos = self._buckets[bucket]
        if signed and signed.region != region:
            return "NoSuchBucket" if cos else "AuthorizationHeaderMalformed"
        return "AccessDenied" if rights and action not in rights.actions else ""

    def _refuse(self, environ: Environ, respond: Respond, code: str, bucket: str) -> Iterable[bytes]:
        region, cos = self._buckets.get(bucket, ("", True))
        where = f"<Region>{region}</Region>" if code == "AuthorizationHeaderMalformed" else ""
        message = self.refusal.message or _MESSAGES.get(code, "")
        body = f"<Error><Code>{code}</Code><Message>{message}</Message>{where}</Error>".encode()
        headers = [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))]
        if region and not cos:
            headers.append(("x-amz-bucket-region", region))
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        respond(_STATUS.get(code, "403 Forbidden"), headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """How a request is signed, in its header or in its address."""

    access_key: str
    scope: str
    signed_headers: str
    signature: str
    at: str
    payload: str
    expires: int | None

    @classmethod
    def read(cls, environ: Environ) -> "Signed | None":
        """None when it is not signed, or by another method."""
        header = environ.get("HTTP_AUTHORIZATION", "")
        query = dict(parse_qsl(environ.get("QUERY_STRING", "")))
        if header.startswith("AWS4-HMAC-SHA256 "):
            parts = dict(part.strip().split("=", 1) for part in header.split(" ", 1)[1].split(","))
            credential, expires, at = parts["Credential"], None, environ["HTTP_X_AMZ_DATE"]
            headers, signature = parts["SignedHeaders"], parts["Signature"]
            payload = environ.get("HTTP_X_AMZ_CONTENT_SHA256", "")
        elif "X-Amz-Signature" in query:
            credential, headers, signature = (query[f"X-Amz-{n}"] for n in ("Credential", "SignedHeaders", "Signature"))
            expires, at, payload = int(query["X-Amz-Expires"]), query["X-Amz-Date"], "UNSIGNED-PAYLOAD"
        else:
            return None
        access_key, _, scope = credential.partition("/")
        return cls(
            access_key=access_key, scope=scope, signed_headers=headers, signature=signature, at=at,
            payload=payload, expires=expires,
        )  # fmt: skip

    @property
    def region(self) -> str:
        return self.scope.split("/")[1]

    def is_expired(self) -> bool:
        """Whether an address is older than it may become."""
        begin = timegm(time.strptime(self.at, "%Y%m%dT%H%M%SZ"))
        return self.expires is not None and time.time() > begin + self.expires

    def expected(self, environ: Environ, secret_key: str) -> str:
        """The signature that this request has when it was made with `secret_key`."""
        path, _, query = environ["REQUEST_URI"].partition("?")
        pairs = sorted(pair for pair in query.split("&") if pair and not pair.startswith("X-Amz-Signature="))
        named = ((name, _header(environ, name)) for name in self.signed_headers.split(";"))
        headers = "".join(f"{name}:{' '.join(value.split())}\n" for name, value in named)
        canonical = "\n".join(
            [environ["REQUEST_METHOD"], path, "&".join(pairs), headers, self.signed_headers, self.payload]
        )
        key = f"AWS4{secret_key}".encode()
        for part in self.scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        to_sign = "\n".join(["AWS4-HMAC-SHA256", self.at, self.scope, hashlib.sha256(canonical.encode()).hexdigest()])
        return hmac.digest(key, to_sign.encode(), "sha256").hex()


def _header(environ: Mapping[str, Any], name: str) -> str:
    variable = name.upper().replace("-", "_")
    value: str = environ.get(variable if variable in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{variable}", "")
    return value


def _is_restored(headers: list[tuple[str, str]]) -> bool:
    return any(name == "x-amz-restore" and 'ongoing-request="false"' in value for name, value in headers)


def _with_headers(respond: Respond, more: list[tuple[str, str]]) -> Respond:
    """As the answer for an archived object."""

    def longer(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        return respond(status, [*headers, *more], *rest)

    return longer if more else respond


def _without_cors(respond: Respond) -> Respond:
    """As a bucket without a rule for other origins answers."""

    def plain(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        return respond(status, [h for h in headers if not h[0].lower().startswith("access-control-")], *more)

    return plain
