"""Which hosts may be asked: never one of our own network, whatever its name leads to."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Iterable
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx

from usine.reputation.contracts import ReputationRefused

LONGEST = 2_000  # characters of an address


class AddressRefused(ReputationRefused):
    """An address that we do not ask: of no web page, or within a private network."""

    code = "address_refused"


def check_address(address: str) -> str:
    """The host of a web address. Raises AddressRefused."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise AddressRefused(f"{address[:200]} is no web address: {error}.") from error
    if parts.scheme not in ("http", "https") or not host or port == 0:
        raise AddressRefused(f"{address[:200]} is no web address: begin it with https:// and a host.")
    if len(address) > LONGEST:
        raise AddressRefused(f"{address[:80]}… has more than {LONGEST} characters.")
    if "@" in parts.netloc:
        raise AddressRefused(f"The address at {host} holds a password: name an environment variable instead.")
    return host


def is_public(number: str) -> bool:
    """Whether an IP address is one of the public internet, also inside another one (IPv4 in IPv6)."""
    address = ipaddress.ip_address(number.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or _read_translated(address)
        if inner is not None:
            address = inner
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _read_translated(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address within 64:ff9b::/96 (RFC 6052)."""
    if address not in ipaddress.ip_network("64:ff9b::/96"):
        return None
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)


def find_numbers(host: str, port: int, *, is_local_allowed: bool) -> list[str]:
    """The IP addresses of a host, all of them public unless local ones are allowed. Raises AddressRefused.

    `name.localhost` is this machine (RFC 6761), which not every system's resolver knows.
    """
    is_own = host == "localhost" or host.endswith(".localhost")
    if is_own and is_local_allowed:
        return ["127.0.0.1"]
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"{host} is not known") from error
    numbers = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not is_local_allowed and not all(map(is_public, numbers)):
        raise AddressRefused(
            f"{host} leads into a private network ({numbers[0]}), where no source is asked: "
            "set USINE_REPUTATION_LOCAL=1 if this is meant, as for the demo's replay."
        )
    return numbers


class GuardedBackend(httpcore.NetworkBackend):
    """Connects to the very address that was judged, so that a name cannot lead elsewhere a moment later."""

    def __init__(self, *, is_local_allowed: bool) -> None:
        self._is_local_allowed = is_local_allowed
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception | None = None
        for number in find_numbers(host, port, is_local_allowed=self._is_local_allowed):
            try:
                return self._inner.connect_tcp(
                    number, port, timeout, local_address=local_address, socket_options=socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError(f"{host} has no address")


@cache
def read_trust() -> ssl.SSLContext:
    """The authorities that certificates are checked by; reading them takes longer than most requests."""
    return httpx.create_ssl_context(trust_env=False)


class GuardedTransport(httpx.HTTPTransport):
    """httpx's own transport over guarded connections. It takes no network backend itself: its pool is put in place."""

    def __init__(self, *, is_local_allowed: bool) -> None:
        super().__init__(verify=read_trust(), trust_env=False)
        self._pool.close()
        self._pool = httpcore.ConnectionPool(
            ssl_context=read_trust(),
            max_connections=32,
            max_keepalive_connections=16,
            keepalive_expiry=15,
            network_backend=GuardedBackend(is_local_allowed=is_local_allowed),
        )
