"""scripts/tls.py: renewed when it must be, and an authority that cannot vouch for the rest of the world."""

import socket
import ssl
import threading
from datetime import timedelta

import pytest
import tls
from cryptography import x509


def shake_hands(issued: tls.Issued, name: str) -> None:
    """As a browser that trusts the authority and was told to go to `name`."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(issued.certificate, issued.key)
    ours, theirs = socket.socketpair()

    def answer() -> None:
        try:
            server.wrap_socket(ours, server_side=True).close()
        except (ssl.SSLError, OSError):
            ours.close()

    answering = threading.Thread(target=answer)
    answering.start()
    try:
        ssl.create_default_context(cafile=str(issued.authority)).wrap_socket(
            theirs, server_hostname=name
        ).close()
    finally:
        theirs.close()
        answering.join()


def test_every_name_it_was_made_for_is_trusted(tmp_path):
    names = tls.names_of("hoi-truong.local", "192.168.1.20", "moi.quangngai.example.vn")

    issued = tls.ensure(tmp_path, names)

    assert {"localhost", "127.0.0.1", "::1"} < set(names)
    for name in names:
        shake_hands(issued, name)
    with pytest.raises(ssl.SSLCertVerificationError, match="not valid for"):
        shake_hands(issued, "another.local")


def test_the_same_names_again_change_nothing(tmp_path):
    issued = tls.ensure(tmp_path, ["10.0.0.1", "localhost"])
    before = [path.read_bytes() for path in issued]

    tls.ensure(tmp_path, ["localhost"])

    assert [path.read_bytes() for path in issued] == before


def test_a_new_private_address_keeps_the_authority_that_phones_trust(tmp_path):
    authority = tls.ensure(tmp_path, ["10.0.0.1"]).authority.read_bytes()

    issued = tls.ensure(tmp_path, ["10.0.0.2", "cua-chinh.local"])

    assert issued.authority.read_bytes() == authority
    shake_hands(issued, "10.0.0.2")


def test_the_authority_cannot_vouch_for_the_rest_of_the_world(tmp_path):
    issued = tls.ensure(tmp_path, ["localhost"])
    tls._issue(issued, tmp_path / "ca.key", ["mail.example.vn", "localhost"])  # as a thief of the key would

    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        shake_hands(issued, "mail.example.vn")


def test_what_ends_soon_is_renewed(tmp_path, monkeypatch):
    monkeypatch.setattr(tls, "SERVER_LIFE", timedelta(days=20))
    old = tls.ensure(tmp_path, ["localhost"]).certificate.read_bytes()
    monkeypatch.undo()

    issued = tls.ensure(tmp_path, ["localhost"])

    certificate = x509.load_pem_x509_certificate(issued.certificate.read_bytes())
    assert issued.certificate.read_bytes() != old
    assert (certificate.not_valid_after_utc - certificate.not_valid_before_utc).days <= 398
    shake_hands(issued, "localhost")


def test_only_the_owner_reads_the_keys(tmp_path):
    issued = tls.ensure(tmp_path / "tls", ["localhost"])

    assert [path.stat().st_mode & 0o777 for path in (tmp_path / "tls" / "ca.key", issued.key)] == [
        0o600,
        0o600,
    ]
    assert (tmp_path / "tls").stat().st_mode & 0o777 == 0o700
