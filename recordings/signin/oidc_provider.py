"""Single sign-on: the checks that allauth's OpenID Connect client does not make.

The ID token's signature, by algorithms with a public key only; its nonce; one issuer and one user in discovery, token
and user info. Of the provider's response only the groups are kept, and when the user authenticated.
"""

import hashlib
import time
from collections.abc import Mapping
from typing import Any

import jwt
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

from recordings.identity.allauth_internals import fetch_signing_key

ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})


LEEWAY = 60
"""Seconds by which the provider's clock may differ from ours."""


class UnverifiedResponse(OAuth2Error):  # type: ignore[misc]
    """The provider's response failed a check. The message names the check and never quotes the response."""


def nonce_of(state: str) -> str:
    """The nonce that belongs to a state. The state belongs to the session, so the nonce does too."""
    return salted_hmac("recordings.people.oidc.nonce", state, algorithm="sha256").hexdigest()


class NonceClient(OAuth2Client):  # type: ignore[misc]
    def get_redirect_url(self, authorization_url: str, scope: list[str], extra_params: dict[str, str]) -> str:
        nonce = {"nonce": nonce_of(self.state)}
        return str(super().get_redirect_url(authorization_url, scope, extra_params | nonce))


class CheckedOpenIDConnect(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    client_class = NonceClient

    @property
    def openid_config(self) -> Mapping[str, Any]:
        config: Mapping[str, Any] = super().openid_config
        if str(config["issuer"]).rstrip("/") != settings.OIDC_ISSUER:
            raise UnverifiedResponse("Discovery names another issuer.")
        return config

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> SocialLogin:
        claims = self._claims(app, kwargs["response"].get("id_token") or "")
        user_info = self._fetch_user_info(token.token) if self.openid_config.get("userinfo_endpoint") else claims
        if user_info.get("sub") != claims["sub"]:
            raise UnverifiedResponse("The user info belongs to another user.")
        return self.get_provider().sociallogin_from_response(request, {"userinfo": {**user_info, **claims}})

    def _claims(self, app: Any, id_token: str) -> Mapping[str, Any]:
        """The claims of the ID token. Raises UnverifiedResponse or OAuth2Error unless every check passes."""
        try:
            if jwt.get_unverified_header(id_token).get("alg") not in ALGORITHMS:
                raise UnverifiedResponse("The ID token is not signed by a public key.")
            algorithm, key = fetch_signing_key(id_token, self.openid_config["jwks_uri"])
            claims: dict[str, Any] = jwt.decode(
                id_token,
                key=key,
                algorithms=[algorithm],
                issuer=self.openid_config["issuer"],
                audience=app.client_id,
                leeway=LEEWAY,
                options={"require": ["exp", "iat", "iss", "aud"]},
            )
        except (jwt.ImmatureSignatureError, jwt.ExpiredSignatureError, jwt.InvalidIssuedAtError) as error:
            raise UnverifiedResponse(f"The ID token is not valid at this time: {_times(id_token)}.") from error
        except jwt.InvalidTokenError as error:
            raise UnverifiedResponse(f"The ID token is not valid: {type(error).__name__}.") from error
        except (jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
            raise UnverifiedResponse("The ID token cannot be read.") from error
        if not constant_time_compare(str(claims.get("nonce")), nonce_of(self.request.GET.get("state", ""))):
            raise UnverifiedResponse("The ID token is not the answer to this sign-in.")
        if not claims.get("sub"):
            raise UnverifiedResponse("The ID token names no user.")
        _use_once(claims)
        return claims


def _times(id_token: str) -> str:
    """How far the token's times are from ours, which shows a wrong clock. Only numbers, never the token."""
    claims = jwt.decode(id_token, options={"verify_signature": False})
    times = {name: claims.get(name) for name in ("iat", "nbf", "exp")}
    away = [f"{name} {value - time.time():+.0f} s" for name, value in times.items() if isinstance(value, int)]
    return ", ".join(away) + f"; clocks may differ by {LEEWAY} s"


def _use_once(claims: Mapping[str, Any]) -> None:
    """Raise UnverifiedResponse for a token with an id that was used before."""
    if "jti" in claims:
        used = hashlib.sha256(f"{claims['iss']}\n{claims['jti']}".encode()).hexdigest()
        if not cache.add(f"id_token:{used}", value=True, timeout=max(claims["exp"] - time.time(), 0) + LEEWAY):
            raise UnverifiedResponse("The ID token was used already.")


class SingleSignOn(OpenIDConnectProvider):  # type: ignore[misc]
    oauth2_adapter_class = CheckedOpenIDConnect

    def get_default_scope(self) -> list[str]:
        return ["openid", "profile"]

    def extract_uid(self, data: Mapping[str, Any]) -> str:
        """Issuer and subject together: the same subject of another issuer is another user. Hashed to a fixed length."""
        return hashlib.sha256(f"{settings.OIDC_ISSUER}\n{data['userinfo']['sub']}".encode()).hexdigest()

    def extract_extra_data(self, data: Mapping[str, Any]) -> dict[str, Any]:
        authenticated_at = data["userinfo"].get("auth_time")
        kept = {"authenticated_at": authenticated_at} if isinstance(authenticated_at, int) else {}
        return {"groups": groups_of(data["userinfo"])} | kept

    def extract_common_fields(self, data: Mapping[str, Any]) -> dict[str, Any]:
        fields: dict[str, Any] = super().extract_common_fields(data)
        return fields | {"email": None}

    def extract_email_addresses(self, data: Mapping[str, Any]) -> list[Any]:
        return []


def groups_of(claims: Mapping[str, Any]) -> list[str] | None:
    """Groups as providers write them: a list of names, which may be empty, or one name. None if the provider sent none.

    Entra ID omits the claim for users in too many groups and sends `_claim_names` or `hasgroups`.
    Source: OpenID Connect Core, 5.6.2; Microsoft identity platform, "Groups overage claim".
    """
    claimed = claims.get(settings.OIDC_GROUPS_CLAIM)
    references = claims.get("_claim_names")
    if isinstance(references, dict) and settings.OIDC_GROUPS_CLAIM in references:
        return None
    if isinstance(claimed, str) and claimed:
        return [claimed]
    if isinstance(claimed, list) and all(isinstance(each, str) for each in claimed):
        return claimed
    return None
