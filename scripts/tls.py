"""A certificate authority of this machine's own, and a server certificate under it.

    tls.py [NAME …]    make or renew both in instance/tls for these names and addresses

A phone gives its camera only to https, and a meeting room rarely has a public name. The authority
may vouch for local names and private addresses only (and for the names it was made for), so a
phone that trusts it trusts it with nothing else. Its key never leaves instance/tls.
"""

import ipaddress
import os
import socket
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_LIFE = timedelta(days=3650)
SERVER_LIFE = timedelta(days=397)  # phones refuse server certificates that live much longer
RENEW_BEFORE = timedelta(days=30)
LOCAL_NAMES = ("localhost", "local", "lan", "internal", "home.arpa")
PRIVATE_NETWORKS = (
    "127.0.0.0/8",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "::1/128",
    "fc00::/7",
    "fe80::/10",
)


class Issued(NamedTuple):
    certificate: Path
    key: Path
    authority: Path


def ensure(folder: Path, names: list[str]) -> Issued:
    """A certificate that is valid for every one of the names; safe to repeat, renewed only when needed."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    issued = Issued(folder / "server.crt", folder / "server.key", folder / "ca.crt")
    authority_key = folder / "ca.key"
    if not _authority_serves(issued.authority, authority_key, names):
        _make_authority(issued.authority, authority_key, names)
        issued.certificate.unlink(missing_ok=True)
    if not _certificate_serves(issued, names):
        _issue(issued, authority_key, names)
    return issued


def names_of(*given: str) -> list[str]:
    """What a browser may type to get here: the names given, this machine's own, and the loopback."""
    from serve import local_network_address

    every = [*given, local_network_address() or "", socket.gethostname(), "localhost", "127.0.0.1", "::1"]
    kept = [name for name in every if name and name not in {"0.0.0.0", "::"}]
    return list(dict.fromkeys(kept))


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name.encode("idna").decode("ascii").lower())


def _permitted(names: list[str]) -> list[x509.GeneralName]:
    permitted: list[x509.GeneralName] = [x509.DNSName(name) for name in LOCAL_NAMES]
    permitted += [x509.IPAddress(ipaddress.ip_network(network)) for network in PRIVATE_NETWORKS]
    for general in map(_general_name, names):
        if isinstance(general, x509.IPAddress):
            general = x509.IPAddress(ipaddress.ip_network(general.value))
        if not _covers(permitted, general):
            permitted.append(general)
    return permitted


def _covers(permitted: list[x509.GeneralName], wanted: x509.GeneralName) -> bool:
    if isinstance(wanted, x509.IPAddress):
        address = ipaddress.ip_address(str(wanted.value).split("/")[0])
        networks = [str(general.value) for general in permitted if isinstance(general, x509.IPAddress)]
        return any(address in ipaddress.ip_network(network) for network in networks)
    domains = [general.value for general in permitted if isinstance(general, x509.DNSName)]
    return any(wanted.value == domain or wanted.value.endswith("." + domain) for domain in domains)


def _make_authority(path: Path, key_path: Path, names: list[str]) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"eventsvc on {socket.gethostname()}"[:64])])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.NameConstraints(_permitted(names), None), critical=True)
        .sign(key, hashes.SHA256())
    )
    _write_key(key_path, key)
    _write(path, certificate.public_bytes(serialization.Encoding.PEM), 0o644)


def _issue(issued: Issued, authority_key_path: Path, names: list[str]) -> None:
    authority = x509.load_pem_x509_certificate(issued.authority.read_bytes())
    authority_key = serialization.load_pem_private_key(authority_key_path.read_bytes(), None)
    assert isinstance(authority_key, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "eventsvc")]))
        .issuer_name(authority.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(min(now + SERVER_LIFE, authority.not_valid_after_utc))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(map(_general_name, names)), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False
        )
        .sign(authority_key, hashes.SHA256())
    )
    _write_key(issued.key, key)
    _write(issued.certificate, certificate.public_bytes(serialization.Encoding.PEM), 0o644)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _authority_serves(path: Path, key_path: Path, names: list[str]) -> bool:
    if not (path.exists() and key_path.exists()):
        return False
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    constraints = certificate.extensions.get_extension_for_class(x509.NameConstraints).value
    permitted = list(constraints.permitted_subtrees or [])
    return _lasts(certificate) and all(_covers(permitted, _general_name(name)) for name in names)


def _certificate_serves(issued: Issued, names: list[str]) -> bool:
    if not (issued.certificate.exists() and issued.key.exists()):
        return False
    certificate = x509.load_pem_x509_certificate(issued.certificate.read_bytes())
    listed = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return _lasts(certificate) and {_general_name(name) for name in names} <= set(listed)


def _lasts(certificate: x509.Certificate) -> bool:
    return certificate.not_valid_after_utc > datetime.now(UTC) + RENEW_BEFORE


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    data = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write(path, data, 0o600)


def _write(path: Path, data: bytes, mode: int) -> None:
    fresh = path.with_suffix(path.suffix + ".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    os.replace(fresh, path)


if __name__ == "__main__":
    base = Path(os.environ.get("INSTANCE_PATH") or Path(__file__).resolve().parent.parent / "instance")
    made = ensure(base / "tls", names_of(*sys.argv[1:]))
    print(f"certificate {made.certificate}\nkey         {made.key}\nauthority   {made.authority}")
