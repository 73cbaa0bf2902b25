"""Fetch the third-party files we serve, at the versions and checksums of vendor.lock.json.

    python scripts/vendor.py            download, verify, extract into eventsvc/static/vendor/
    python scripts/vendor.py --check    only compare the files on disk with the lock, no network
    python scripts/vendor.py --add NAME@VERSION PATH…   put a package into the lock, then extract it

The npm client does the downloading, so its own configuration decides where packages come from; the lock holds
no address. Files are served from here, never from somebody else's host. WebAssembly, which is large, is also
stored in brotli for the browsers that take it (needs brotli, requirements-dev.txt).
"""

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path, PurePosixPath

import brotli

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "scripts" / "vendor.lock.json"
TARGET = ROOT / "eventsvc" / "static" / "vendor"


class VendorError(Exception):
    """A package or file is not what the lock promises."""


def main(arguments: list[str] | None = None) -> int:
    """Return 0 when everything on disk is what the lock says."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="verify the files on disk, download nothing")
    parser.add_argument("--add", nargs="+", metavar=("NAME@VERSION", "PATH"), help="add or replace a package")
    options = parser.parse_args(arguments)
    try:
        if options.add:
            add(options.add[0], options.add[1:])
        elif options.check:
            check(read_lock())
        else:
            for package in read_lock():
                install(package)
    except VendorError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def read_lock(section: str = "packages") -> list[dict]:
    """The packages of one section: "packages" are served as they are, "fonts" are what fonts.py cuts from."""
    return json.loads(LOCK.read_text("utf-8"))[section]


def write_lock(packages: list[dict]) -> None:
    """Write the packages sorted by name, so that a difference shows what changed."""
    lock = json.loads(LOCK.read_text("utf-8"))
    lock["packages"] = sorted(packages, key=lambda package: package["name"])
    LOCK.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", "utf-8")


def folder(package: dict) -> Path:
    """Where a package's files are served from: <name without scope>-<version>."""
    return TARGET / f"{package['name'].rpartition('/')[2]}-{package['version']}"


def add(name_and_version: str, paths: list[str]) -> None:
    """Lock a package at the checksums it has today; the licence always comes along."""
    name, _, version = name_and_version.rpartition("@")
    package = {"name": name, "version": version, "archive_sha256": "", "files": {}}
    with tempfile.TemporaryDirectory() as where:
        archive = download(package, Path(where))
        package["archive_sha256"] = sha256(archive.read_bytes())
        content = read_archive(archive)
        for path in ["LICENSE", *paths]:
            if path not in content:
                raise VendorError(f"{name}@{version} has no file {path}")
            package["files"][path] = sha256(content[path])
    write_lock([*(other for other in read_lock() if other["name"] != name), package])
    install(package)


def install(package: dict) -> None:
    """Replace one package's folder with its verified files."""
    content = verified(package)
    target = folder(package)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for path in package["files"]:
        name = PurePosixPath(path).name
        (target / name).write_bytes(content[path])
        if name.endswith(".wasm"):
            (target / f"{name}.br").write_bytes(brotli.compress(content[path], quality=11))
    print(f"{package['name']}@{package['version']}: {len(package['files'])} files")


def verified(package: dict) -> dict[str, bytes]:
    """Download one package and return its locked files, or refuse it."""
    label = f"{package['name']}@{package['version']}"
    with tempfile.TemporaryDirectory() as where:
        archive = download(package, Path(where))
        if sha256(archive.read_bytes()) != package["archive_sha256"]:
            raise VendorError(f"{label}: the archive is not the one that was locked")
        content = read_archive(archive)
    for path, checksum in package["files"].items():
        if sha256(content.get(path, b"")) != checksum:
            raise VendorError(f"{label}: {path} is not the file that was locked")
    return {path: content[path] for path in package["files"]}


def check(packages: list[dict]) -> None:
    """Every locked file is on disk and unchanged, and no folder is there that nobody locked."""
    for package in packages:
        for path, checksum in package["files"].items():
            served = folder(package) / PurePosixPath(path).name
            if not served.exists():
                raise VendorError(f"missing: {served.relative_to(ROOT)}")
            if sha256(served.read_bytes()) != checksum:
                raise VendorError(f"changed: {served.relative_to(ROOT)}")
            packed = served.with_name(f"{served.name}.br")
            if packed.exists() and sha256(brotli.decompress(packed.read_bytes())) != checksum:
                raise VendorError(f"changed: {packed.relative_to(ROOT)}")
    unknown = {path.name for path in TARGET.iterdir() if path.is_dir()} - {folder(p).name for p in packages}
    if unknown:
        raise VendorError(f"not in the lock: {', '.join(sorted(unknown))}")


def download(package: dict, where: Path) -> Path:
    """The package's archive, fetched by the npm client."""
    command = [
        "npm",
        "pack",
        "--silent",
        "--pack-destination",
        str(where),
        f"{package['name']}@{package['version']}",
    ]
    try:
        subprocess.run(
            command, check=True, cwd=where, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
    except FileNotFoundError:
        raise VendorError(
            "npm is needed to fetch packages (it is not needed to run the application)"
        ) from None
    except subprocess.CalledProcessError as error:
        raise VendorError(f"{package['name']}@{package['version']}: {error.stderr.strip()}") from None
    return next(where.glob("*.tgz"))


def read_archive(archive: Path) -> dict[str, bytes]:
    """Path inside the package → bytes; read in memory, so an archive can write nowhere."""
    with tarfile.open(archive) as tar:
        members = [member for member in tar.getmembers() if member.isfile()]
        return {member.name.partition("/")[2]: tar.extractfile(member).read() for member in members}


def sha256(content: bytes) -> str:
    """Checksum as hexadecimal text."""
    return hashlib.sha256(content).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
