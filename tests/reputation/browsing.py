"""A browser that takes messages, written after RFC 8291 and RFC 8188 alone: it shares no code with what sends them."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SERVICE = "https://updates.push.services.mozilla.com/wpush/v2"
CURVE = ec.SECP256R1()


@dataclass
class Browser:
    """Its keys, and where its push service takes messages for it."""

    endpoint: str = f"{SERVICE}/one"
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(CURVE))
    auth: bytes = b"0123456789abcdef"

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def keys(self) -> dict[str, str]:
        return {"p256dh": write(self.public), "auth": write(self.auth)}

    def to_json(self) -> dict[str, Any]:
        """As `PushSubscription.toJSON()` of a browser."""
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": self.keys}

    def read(self, body: bytes) -> bytes:
        """Decrypt a message of one record: salt (16), size of a record (4), length of the sender's key (1), the key."""
        salt, length = body[:16], body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        shared = self.private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sender))
        material = _derive(32, self.auth, b"WebPush: info\0" + self.public + sender, shared)
        key = _derive(16, salt, b"Content-Encoding: aes128gcm\0", material)
        nonce = _derive(12, salt, b"Content-Encoding: nonce\0", material)
        padded = AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\0")
        assert padded[-1] == 2  # the last record
        return padded[:-1]

    def read_json(self, body: bytes) -> dict[str, str]:
        return dict(json.loads(self.read(body)))


def _derive(length: int, salt: bytes, info: bytes, material: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(material)


def write(data: bytes) -> str:
    """base64url without its end."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def read(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
