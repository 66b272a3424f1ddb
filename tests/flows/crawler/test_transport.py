"""Only the open internet is asked, whatever a name, a number or a redirect says."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from flows.crawler.transport import is_public
from flows.errors import CouldNotRun

PRIVATE = (
    "which is an address of this machine or of a private network; if it is meant to be asked, allow it with --allow-private"
)


@pytest.fixture
def names(monkeypatch) -> dict[str, list[str]]:
    """What the name server answers: for each name its addresses, the next ones each time it is asked."""
    answers: dict[str, list[str]] = {}
    real = socket.getaddrinfo

    def resolve(host, port, *args, **options):
        if host not in answers:
            return real(host, port, *args, **options)
        first, *later = answers[host]
        answers[host] = later or [first]
        return [entry for address in first.split() for entry in real(address, port, *args, **options)]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return answers


@pytest.fixture
def connected(monkeypatch) -> list[str]:
    """The addresses that sockets were opened to."""
    seen: list[str] = []
    real = socket.create_connection

    def create(address, *args, **options):
        seen.append(address[0])
        return real(address, *args, **options)

    monkeypatch.setattr(socket, "create_connection", create)
    return seen


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.9.9.9", "169.254.169.254", "172.16.0.1", "192.168.1.1"),
        *("192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
        *(
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "2002:a00:1::",
        ),
        *("fc00::1", "fd12::1", "fe80::1", "fe80::1%1", "fec0::1", "ff02::1", "2001::1", "2001:db8::1", "100::1"),
    ],
)
def test_addresses_that_are_not_public(address) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"])
def test_addresses_that_are(address) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "0.0.0.0", "2130706433", "0x7f000001", "127.1", "[::ffff:7f00:1]"],
)
def test_this_machine_is_not_asked_in_any_spelling(get, connected, host) -> None:
    with pytest.raises(CouldNotRun, match=PRIVATE):
        get(f"http://{host}:9/", allow_private=False)
    assert connected == []


def test_a_name_for_this_machine(get, names, connected) -> None:
    names["news.example.com"] = ["10.0.0.7 127.0.0.1"]
    with pytest.raises(CouldNotRun) as error:
        get("https://news.example.com/feed", allow_private=False)
    assert str(error.value) == f"https://news.example.com/feed: the host news.example.com is at 10.0.0.7, 127.0.0.1, {PRIVATE}"
    assert connected == []


def test_of_a_name_s_addresses_only_the_public_ones_are_tried(get, names, connected, monkeypatch) -> None:
    names["news.example.com"] = ["127.0.0.1 192.0.2.1 1.1.1.1"]
    monkeypatch.setattr(socket, "create_connection", lambda address, *_, **__: connected.append(address[0]) or _refuse())
    with pytest.raises(CouldNotRun, match=r"no connection to news\.example\.com"):
        get("https://news.example.com/feed", allow_private=False)
    assert set(connected) == {"1.1.1.1"}


def _refuse() -> None:
    raise ConnectionRefusedError(111, "Connection refused")


def test_a_name_is_looked_up_once_for_a_connection(site, get, names, connected, monkeypatch) -> None:
    """DNS rebinding: what was checked is what is connected to, though the second answer would be another."""
    monkeypatch.setattr("flows.crawler.transport.is_public", lambda address: address == "127.0.0.1")
    names["news.example.com"] = ["127.0.0.1", "127.0.0.2"]
    site.page("/a")
    url = site.url("/a").replace("127.0.0.1", "news.example.com")
    assert get(url, allow_private=False).pages == 1
    assert connected == ["127.0.0.1"]


def test_a_redirect_to_a_private_address(site, get, listed, names, connected, monkeypatch) -> None:
    monkeypatch.setattr("flows.crawler.transport.is_public", lambda address: address == "127.0.0.1")
    names["intranet.example.com"] = ["10.0.0.7"]
    inside = ["http://169.254.169.254/latest/meta-data/", "http://intranet.example.com/", "http://[::1]/"]
    source = listed(*[site.redirect(f"/{number}", address) for number, address in enumerate(inside)])
    fetched = get(source, allow_private=False)
    assert fetched.pages == 0
    assert [failure.problem.reason.partition(": ")[0] for failure in fetched.failures] == [
        f"it redirects to {to}" for to in inside
    ]
    assert all("a private network" in failure.problem.reason for failure in fetched.failures)
    assert connected == ["127.0.0.1"]


LINK_LOCAL = ["169.254.169.254", "[fe80::1]", "[::ffff:169.254.169.254]", "2852039166"]


@pytest.mark.parametrize("host", LINK_LOCAL)
def test_link_local_addresses_are_never_asked(get, connected, host) -> None:
    with pytest.raises(CouldNotRun, match=r"a link-local address, .*; take the address out: such ones are never asked"):
        get(f"http://{host}:9/", allow_private=True)
    assert connected == []


def test_nor_by_redirect_nor_by_name(site, get, listed, names, connected) -> None:
    names["meta.example.com"] = ["169.254.169.254"]
    inside = ["http://169.254.169.254/latest/meta-data/", "http://meta.example.com/", "http://[fe80::1]/"]
    fetched = get(listed(*[site.redirect(f"/{number}", to) for number, to in enumerate(inside)]), allow_private=True)
    assert fetched.pages == 0
    assert all("a link-local address" in failure.problem.reason for failure in fetched.failures)
    assert set(connected) == {"127.0.0.1"}


def test_robots_are_not_read_from_a_private_address(site, get, listed, connected, monkeypatch) -> None:
    monkeypatch.setattr("flows.crawler.transport.is_public", lambda address: address == "127.0.0.1")
    site.redirect("/robots.txt", "http://192.168.0.1/robots.txt")
    (failure,) = get(listed(*site.page("/a")), allow_private=False).failures
    assert "a private network" in failure.problem.reason
    assert connected == ["127.0.0.1"]


def test_a_name_that_is_not_known(get, names, monkeypatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(
        CouldNotRun, match=r"the host exmaple\.com is not known \(Name or service not known\); check its spelling"
    ):
        get("https://exmaple.com/")


def test_a_name_that_cannot_be_one(get) -> None:
    with pytest.raises(CouldNotRun, match=r"the host a+\.com cannot be looked up \(.*\); check its spelling"):
        get(f"https://{'a' * 70}.com/")


@pytest.mark.parametrize(
    "host", ["exa mple.com", "a_b|c.com", "0177.0.0.1", "1.2.3.999", "example.com:0", "example.com:99999", ""]
)
def test_hosts_that_are_none(get, host) -> None:
    with pytest.raises(CouldNotRun, match=r"expected one such as|check its spelling"):
        get(f"https://{host}/")


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A key and a certificate for localhost that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(1), now + timedelta(1))
    for extension in (
        x509.SubjectAlternativeName([x509.DNSName("localhost")]),
        x509.BasicConstraints(ca=True, path_length=None),
    ):
        builder = builder.add_extension(extension, critical=False)
    pem = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "server.pem").write_bytes(private + pem)
    (tmp_path / "certificate.pem").write_bytes(pem)
    return tmp_path / "certificate.pem"


@pytest.fixture
def secure(certificate: Path) -> Iterator[str]:
    """The address of a server that speaks TLS, once."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.with_name("server.pem"))

    def serve() -> None:
        with suppress(OSError), context.wrap_socket(listener.accept()[0], server_side=True) as connection:
            connection.recv(65_536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 11\r\n\r\n<p>A story.")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"https://localhost:{listener.getsockname()[1]}/"
        thread.join()


def test_a_certificate_that_nobody_vouches_for(get, secure) -> None:
    with pytest.raises(CouldNotRun, match=r"the certificate of localhost does not hold \(self.signed certificate\)"):
        get(secure)


def test_a_certificate_that_somebody_vouches_for(get, secure, certificate, stored, monkeypatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert get(secure, obey_robots=False).pages == 1
    assert stored() == [(secure, b"<p>A story.")]
