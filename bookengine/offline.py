"""Refuse a snippet the network: whatever it asks of another machine fails, and says why."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

LOOKUPS = ("getaddrinfo", "gethostbyname", "gethostbyname_ex")


def refuse_network() -> None:
    """From now on this process reaches the machine itself, and no other. It cannot be undone."""
    for name in ("connect", "connect_ex", "sendto"):
        setattr(socket.socket, name, _guarded_method(getattr(socket.socket, name)))
    for name in LOOKUPS:
        setattr(socket, name, _guarded_lookup(getattr(socket, name)))


def is_local(host: Any) -> bool:
    """Whether `host`, a name or an address, is this machine."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host or "localhost")
    if name in ("localhost", socket.gethostname()):
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    inner = getattr(address, "ipv4_mapped", None) or address
    return bool(inner.is_loopback or inner.is_unspecified)


def _check(host: Any) -> None:
    if not is_local(host):
        raise OSError(f"network access to {host!r}: snippets run offline unless marked 'network'")


def _guarded_method(theirs: Any) -> Any:
    def guarded(self: socket.socket, *arguments: Any) -> Any:
        address = arguments[-1]
        if isinstance(address, tuple):  # else it is the path of a Unix socket
            _check(address[0])
        return theirs(self, *arguments)

    return guarded


def _guarded_lookup(theirs: Any) -> Any:
    def guarded(host: Any, *arguments: Any, **options: Any) -> Any:
        _check(host)
        return theirs(host, *arguments, **options)

    return guarded
