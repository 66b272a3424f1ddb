"""The transport: connections to public addresses only, and never for longer than the whole request may take."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Iterable

import httpcore

from flows.crawler.errors import FetchError
from flows.crawler.politeness import Clock

MAX_IPS_TRIED = 4
"""How many of a host's IP addresses are tried."""

NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""IPv6 addresses whose last 32 bits are an IPv4 address (RFC 6052)."""

SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
"""The type of httpcore."""


def is_public(address: str) -> bool:
    """Return whether an IP address is public; of an IPv6 address that carries an IPv4 address, the latter counts.

    >>> [is_public(ip) for ip in ("93.184.215.14", "10.0.0.7", "169.254.169.254", "::1", "::ffff:127.0.0.1", "2002:7f00:1::")]
    [True, False, False, False, False, False]
    """
    ip = _carried(address)
    if isinstance(ip, ipaddress.IPv6Address) and ip.is_site_local:
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback or ip.is_link_local)


def is_link_local(address: str) -> bool:
    """Return whether an IP address, or the one that it carries, is link-local: clouds serve machines their secrets there.

    >>> [is_link_local(ip) for ip in ("169.254.169.254", "fe80::1%1", "::ffff:169.254.1.1", "10.0.0.7", "::1")]
    [True, True, True, False, False]
    """
    return _carried(address).is_link_local


def _is_not_link_local(address: str) -> bool:
    return not is_link_local(address)


def _carried(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return an IP address, or the IPv4 address that an IPv6 address carries."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    return ip.ipv4_mapped or ip.sixtofour or (ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in NAT64 else ip)


class Network(httpcore.NetworkBackend):
    """Resolves a host once, checks the IP addresses, and connects to one of them: a second lookup cannot change the result.

    Attributes:
        deadline: When the current request must be complete, in seconds on the monotonic clock.
    """

    def __init__(self, clock: Clock, *, allow_private: bool) -> None:
        self.deadline = 0.0
        self._clock = clock
        self._allow_private = allow_private
        self._sockets = httpcore.SyncBackend()

    def left(self) -> float:
        """Return the seconds that the current request still has.

        Raises:
            httpcore.ReadTimeout: It has none.
        """
        seconds = self.deadline - self._clock.monotonic()
        if seconds <= 0:
            raise httpcore.ReadTimeout("no time left")
        return seconds

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline counts
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first IP address of a host that answers.

        Raises:
            FetchError: The host is unknown, or none of its IP addresses may be requested.
            httpcore.ConnectError: None of them answers.
        """
        addresses = self._resolve(host, port)[:MAX_IPS_TRIED]
        problem: Exception | None = None
        for number, address in enumerate(addresses):
            share = self.left() / (len(addresses) - number)
            try:
                stream = self._sockets.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
            else:
                return _Timed(stream, self)
        assert problem is not None
        raise problem

    def _resolve(self, host: str, port: int) -> list[str]:
        """Return the IP addresses of a host that may be requested; at least one."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            raise FetchError(
                f"the host {host} is not known ({error.strerror})",
                "check its spelling, and that this machine has a name server",
                is_temporary=error.errno == socket.EAI_AGAIN,
                concerns_host=True,
            ) from None
        except (UnicodeError, OSError) as error:
            raise FetchError(
                f"the host {host} cannot be looked up ({error})", "check its spelling", concerns_host=True
            ) from None
        addresses = list(dict.fromkeys(str(where[0]) for *_, where in found))
        is_allowed = _is_not_link_local if self._allow_private else is_public
        allowed = [address for address in addresses if is_allowed(address)]
        if not allowed:
            raise self._forbidden(host, addresses)
        return allowed

    def _forbidden(self, host: str, addresses: list[str]) -> FetchError:
        where = f"the host {host} is at {', '.join(addresses)}"
        if self._allow_private:
            reason = f"{where}, a link-local address, where clouds tell machines their secrets"
            return FetchError(reason, "take the address out: such ones are never asked", concerns_host=True)
        reason = f"{where}, which is an address of this machine or of a private network"
        return FetchError(reason, "if it is meant to be asked, allow it with --allow-private", concerns_host=True)


class _Timed(httpcore.NetworkStream):
    """A connection on which no operation takes longer than the current request has left."""

    def __init__(self, stream: httpcore.NetworkStream, network: Network) -> None:
        self._stream = stream
        self._network = network

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - the deadline counts, here and below
        return self._stream.read(max_bytes, self._network.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, self._network.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, self._network.left()), self._network)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)
