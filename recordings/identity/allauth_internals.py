"""The one module that uses allauth's internals: functions and names that its documentation does not promise.

Its settings, adapters, views, forms and models are documented; other modules subclass and import those. An upgrade of
allauth that changes what is used here fails tests/identity/test_allauth_internals.py.
"""

from collections.abc import Callable, Iterable
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows import login as login_flow
from allauth.account.internal.stagekit import unstash_login
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, generate_totp_secret
from allauth.mfa.webauthn.internal import auth as webauthn
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.internal import jwtkit
from django.http import HttpRequest, HttpResponse

from recordings.models import User

PENDING_TOTP_SECRET: str = SECRET_SESSION_KEY
"""The session's key of a TOTP secret whose first code was not entered yet."""


class LimitUsage(ratelimit.RateLimitUsage):  # type: ignore[misc]
    """What a request used up of its limits; `rollback` gives it back."""


class PasswordBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's check of a password, which takes the same time for unknown user names."""

    def find_user(self, username: str) -> User | None:
        """The user whose password is checked."""
        raise NotImplementedError

    def _authenticate_by_username(self, username: str, password: str) -> User | None:
        user: User | None = self._check_password(self.find_user(username), password)
        return user


def current_request() -> HttpRequest | None:
    """The request that this thread serves; None outside of requests."""
    request: HttpRequest | None = context.request
    return request


def next_url(request: HttpRequest) -> str:
    """Where to go after the sign-in, if the request names a safe address; else empty."""
    return get_next_redirect_url(request) or ""


def authentication_records(request: HttpRequest, user: User) -> list[dict[str, Any]]:
    """How this user proved their identity in this session: `method`, `at` (seconds since 1970), sometimes `type`."""
    records: list[dict[str, Any]] = login_flow.get_authentication_records(request, user)
    return records


def record_authentication(request: HttpRequest, user: User, *, method: str, **details: str) -> None:
    """Record in the session that this user proved their identity just now."""
    login_flow.record_authentication(request, user, method, **details)


def backdate_records(request: HttpRequest, *, method: str, at: float) -> None:
    """Let the session's records of `method` count from `at`, unless they are older."""
    records = request.session.get(login_flow.AUTHENTICATION_METHODS_SESSION_KEY, [])
    for record in records:
        if record["method"] == method:
            record["at"] = min(record["at"], at)
    request.session[login_flow.AUTHENTICATION_METHODS_SESSION_KEY] = records


def clear_authentication_records(request: HttpRequest) -> None:
    """Forget how the user of this session proved their identity."""
    login_flow.clear_authentication_records(request)


def pending_user(request: HttpRequest) -> User | None:
    """The user who entered the password and not yet the second factor."""
    login = unstash_login(request, peek=True)
    return None if login is None else login.user


def sign_in_with_passkey(request: HttpRequest, passkey: Authenticator) -> HttpResponse:
    """Sign in the owner of a passkey that was just verified, and go to the address the request names."""
    login = Login(user=passkey.user, redirect_url=get_next_redirect_url(request))
    response: HttpResponse = perform_passwordless_login(request, passkey, login)
    return response


def consume_limits(request: HttpRequest, *, action: str, limits: Iterable[tuple[str, str]]) -> LimitUsage | None:
    """Count this request under each (limit, key), such as ("5/5m/key", "name ann"); None if one is used up.

    The limits after that one are not counted.
    """
    used = LimitUsage(usage=[])
    for limit, key in limits:
        usage = ratelimit.consume(
            request, app="recordings", action=action, config={action: limit}, key=key, limit_get=True
        )
        if usage is None:
            return None
        used.usage += usage.usage
    return used


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """The page with status 429."""
    response: HttpResponse = ratelimit.respond_429(request)
    return response


def limit_view(action: str, limit: str) -> Callable[..., Any]:
    """A decorator for views: answer 429 when `limit`, such as "30/m/ip", is used up."""
    decorator: Callable[..., Any] = ratelimit.decorator(
        app="recordings", action=action, config={action: limit}, limit_get=True
    )
    return decorator


def roll_back_after_sign_in(adapter: Any, usage: LimitUsage | None) -> None:
    """Let allauth's account adapter give `usage` back if the password proves right."""
    adapter._login_failed_rl_usage = usage


def begin_passkey_registration(user: User) -> dict[str, Any]:
    """Options for the browser to create a passkey that signs in without a password. The session keeps the challenge."""
    options: dict[str, Any] = webauthn.begin_registration(user, passwordless=True)
    return options


def complete_passkey_registration(credential: dict[str, Any]) -> Any:
    """The authenticator data of a new passkey. Raises ValidationError if it does not match the challenge."""
    return webauthn.complete_registration(credential)


def begin_passkey_authentication(user: User) -> dict[str, Any]:
    """Options for the browser to use one of the user's passkeys. The session keeps the challenge."""
    options: dict[str, Any] = webauthn.begin_authentication(user)
    return options


def new_totp_secret() -> str:
    """A random secret for an authenticator app: 32 characters of base32."""
    secret: str = generate_totp_secret()
    return secret


def normalize_code(code: str) -> str:
    """A code in the form in which allauth compares it: without spaces and dashes, in lower case."""
    normalized: str = normalize_user_code(code)
    return normalized


def totp_lifetime() -> int:
    """Seconds for which a code of an authenticator app can be valid, tolerance included."""
    return int(mfa_settings.TOTP_PERIOD * (2 * mfa_settings.TOTP_TOLERANCE + 2))


def fetch_signing_key(id_token: str, keys_url: str) -> tuple[str, Any]:
    """The algorithm and public key that signed a provider's ID token. Raises OAuth2Error for an unknown key."""
    algorithm, key = jwtkit.fetch_key(id_token, keys_url, jwtkit.lookup_kid_jwk)
    return algorithm, key


def sign_on_error_page(request: HttpRequest, provider: Any, error: Exception) -> HttpResponse:
    """The page that says that single sign-on failed. The social account adapter logs the reason."""
    page: HttpResponse = render_authentication_error(request, provider, exception=error)
    return page
