"""One file that holds a whole installation but its keys: a manifest, the database, the files people brought.

    manifest.json   format, when, which database, its schema, the id of the key, size and SHA-256 of every part
    database.sqlite or database.sql
    files/…         as they lie in the folder of files

The file is written beside its place and moved there whole, readable by its owner only: under its name there is never
half a backup. Every part is compared with the manifest before anything is restored.
"""

import hashlib
import json
import os
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

FORMAT = 1
MANIFEST, FILES = "manifest.json", "files/"
_BLOCK = 1024 * 1024


class BadBackup(ValueError):
    """The file is no backup, or no longer what was written; the message says what is wrong."""


class Part(NamedTuple):
    """A file of the archive."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What the archive says of itself. `schema`: the migrations its database had; `key_id`: whose secrets it holds."""

    made_at: str
    backend: str
    database: str
    schema: list[str]
    key_id: str
    parts: list[Part]
    format: int = FORMAT


def write(target: Path, manifest: Manifest, parts: Iterable[tuple[str, Path]]) -> None:
    """Pack the parts, which the manifest has no line for yet, under a name that is free. FileExistsError if not."""
    if target.exists():
        raise FileExistsError(target)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
                found = [_add(archive, part, path) for part, path in parts]
                _add_manifest(archive, manifest, found)
            file.flush()
            os.fsync(file.fileno())
        os.link(unfinished, target)  # fails, and replaces nothing, when somebody took the name meanwhile
        _settle(target.parent)
    finally:
        with suppress(FileNotFoundError):
            unfinished.unlink()


def _add(archive: tarfile.TarFile, name: str, path: Path) -> Part:
    with open(path, "rb") as file:
        entry = archive.gettarinfo(arcname=name, fileobj=file)
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        counted = _Counted(file)
        archive.addfile(entry, counted)  # type: ignore[arg-type]
    return Part(name, counted.size, counted.sha256.hexdigest())


def _add_manifest(archive: tarfile.TarFile, manifest: Manifest, parts: list[Part]) -> None:
    words = json.dumps({**asdict(manifest), "parts": parts}, indent=1).encode()
    with tempfile.TemporaryFile() as file:
        file.write(words)
        file.seek(0)
        entry = tarfile.TarInfo(MANIFEST)
        entry.size, entry.mode = len(words), 0o600
        archive.addfile(entry, file)


class _Counted:
    """A file that remembers what was read from it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.size, self.sha256 = file, 0, hashlib.sha256()

    def read(self, most: int = -1) -> bytes:
        block = self.file.read(most)
        self.size += len(block)
        self.sha256.update(block)
        return block


@contextmanager
def opened(source: Path, beside: Path) -> Iterator[tuple[Manifest, Path]]:
    """The manifest, and a folder in `beside` with every part, each as the manifest says. BadBackup if not."""
    with tempfile.TemporaryDirectory(dir=beside, prefix=".restore.") as name:
        folder = Path(name)
        try:
            with tarfile.open(source, "r:") as archive:
                found = [_extract(archive, entry, folder) for entry in archive]
        except (tarfile.TarError, EOFError) as error:
            raise BadBackup(f"{source.name} is no backup, or not all of it is there: {error}") from error
        manifest = _manifest(folder / MANIFEST, source.name)
        _compare(manifest, [part for part in found if part.name != MANIFEST])
        yield manifest, folder


def _extract(archive: tarfile.TarFile, entry: tarfile.TarInfo, folder: Path) -> Part:
    path = PurePosixPath(entry.name)
    if not entry.isreg() or path.is_absolute() or ".." in path.parts:
        raise BadBackup(f"The backup holds {entry.name!r}, which is none of its parts.")
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    file = archive.extractfile(entry)
    assert file is not None
    counted = _Counted(file)
    with open(target, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as output:
        while block := counted.read(_BLOCK):
            output.write(block)
    return Part(entry.name, counted.size, counted.sha256.hexdigest())


def _manifest(path: Path, name: str) -> Manifest:
    try:
        words = json.loads(path.read_bytes())
        if words["format"] != FORMAT:
            raise BadBackup(f"{name} has format {words['format']}; this version reads {FORMAT}.")
        return Manifest(**{**words, "parts": [Part(*part) for part in words["parts"]]})
    except (OSError, ValueError, TypeError, KeyError) as error:
        if isinstance(error, BadBackup):
            raise
        raise BadBackup(f"{name} has no manifest that can be read: it is no backup.") from error


def _compare(manifest: Manifest, found: list[Part]) -> None:
    wanted = {part.name: part for part in manifest.parts}
    for part in found:
        if wanted.pop(part.name, None) != part:
            raise BadBackup(f"{part.name} is not what the backup says of it: the file is damaged.")
    if wanted:
        raise BadBackup(f"{next(iter(wanted))} is missing in the backup.")


def _settle(folder: Path) -> None:
    """The new name is on the disk, not only in memory."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
