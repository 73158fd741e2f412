"""A passkey in software: makes and signs what a browser would send, at any origin and with any count."""

import json
import os
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from recordings.identity.factors import public_origin

ADD, SIGN_IN = "/you/factors/passkeys/new/", "/login/passkey/"
FLAGS = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


@dataclass(kw_only=True)
class SoftPasskey:
    count: int = 0
    origin: str = field(default_factory=public_origin)
    cross_origin: bool = False
    user_handle: str = ""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: os.urandom(16))

    def register(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to what the page that adds a passkey asks."""
        self.user_handle = options["user"]["id"]
        public = ES256.from_cryptography_key(self.key.public_key())
        attested = AttestedCredentialData.create(Aaguid.NONE, self.credential_id, public)
        flags = FLAGS | AuthenticatorData.FLAG.AT
        data = AuthenticatorData.create(sha256(options["rp"]["id"].encode()), flags, self.count, attested)
        return self._answer(
            clientDataJSON=self._client_data(CollectedClientData.TYPE.CREATE, options),
            attestationObject=AttestationObject.create("none", data, {}),
        )

    def sign(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to what a sign-in asks."""
        data = AuthenticatorData.create(sha256(options["rpId"].encode()), FLAGS, self.count)
        client_data = self._client_data(CollectedClientData.TYPE.GET, options)
        signature = self.key.sign(data + client_data.hash, ec.ECDSA(hashes.SHA256()))
        answer = self._answer(clientDataJSON=client_data, authenticatorData=data, signature=signature)
        answer["response"]["userHandle"] = self.user_handle
        return answer

    def _client_data(self, kind: str, options: dict[str, Any]) -> CollectedClientData:
        return CollectedClientData.create(kind, options["challenge"], self.origin, self.cross_origin)

    def _answer(self, **response: bytes) -> dict[str, Any]:
        own_id = websafe_encode(self.credential_id)
        encoded: dict[str, Any] = {name: websafe_encode(value) for name, value in response.items()}
        return {"id": own_id, "rawId": own_id, "type": "public-key", "response": encoded, "clientExtensionResults": {}}


def add(browser: Client, passkey: SoftPasskey) -> int:
    """Add it in a browser that is signed in; the status of the answer."""
    options = browser.get(ADD).context["js_data"]["creation_options"]["publicKey"]
    answer = passkey.register(json.loads(json.dumps(options)))
    return browser.post(ADD, {"name": "Phone", "credential": json.dumps(answer)}).status_code


def sign_in(browser: Client, passkey: SoftPasskey) -> None:
    """Sign in with it instead of name and password."""
    options = browser.get(SIGN_IN, headers={"Accept": "application/json"}).json()["request_options"]["publicKey"]
    browser.post(SIGN_IN, {"credential": json.dumps(passkey.sign(options))})
