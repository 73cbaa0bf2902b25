"""Take in a file: checked, then on the disk under the hash of its content, then a row.

Content goes to the disk before the transaction, so that nobody waits for a clip to be copied. A rollback leaves
no row; content without a row harms nobody and is found again by its hash when it is brought once more.
"""

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import IO, Any, NamedTuple

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _

from eventsvc.audit.operations import user_id
from eventsvc.db import after_commit, atomic, db
from eventsvc.errors import DomainError, Invalid
from eventsvc.files import images, queries, signatures
from eventsvc.files.models import File
from eventsvc.files.names import ending, file_name
from eventsvc.files.signatures import FileType

_BLOCK = 1024 * 1024
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class WrongFile(Invalid):
    code = "wrong_file"


class FileTooLarge(Invalid):
    status, code = 413, "file_too_large"


class NoRoom(DomainError):
    status, code = 507, "no_room"


class Brought(NamedTuple):
    """A file that has been checked and lies on the disk; a row makes it somebody's."""

    name: str
    media_type: str
    size: int
    sha256: str


def take_in(stream: IO[bytes], name: str) -> Brought:
    """Check what was brought and keep its content once. WrongFile and FileTooLarge say what is amiss.

    Needs a stream that can be read twice; holds a megabyte of it in memory at most, a picture excepted.
    """
    name = file_name(name)
    _require_size(stream)
    kind = _type_of(stream, name)
    incoming = queries.folder() / "incoming"
    try:
        incoming.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=incoming, delete=False) as target:
            try:
                size, sha256 = _copy(stream, target, kind)
                _settle(Path(target.name), queries.place_of(sha256))
            except BaseException:
                with suppress(FileNotFoundError):
                    os.unlink(target.name)
                raise
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise NoRoom(
            _("The server's disk is full. Nothing has been stored; please tell the technician.")
        ) from error
    return Brought(name, kind.media_type, size, sha256)


@atomic()
def keep(brought: Brought, *, event: Any, by: Any) -> File:
    """The row of a file that was taken in; content is kept once. WrongFile when the last other row of this content was
    discarded since, and the content with it."""
    _hold(brought.sha256)
    if not queries.place_of(brought.sha256).is_file():
        raise WrongFile(_("The file could not be kept. Please send it once more."), field="file")
    file = File(event_id=event.id, added_by_id=user_id(by), **brought._asdict())
    db.session.add(file)
    db.session.flush()
    return file


@atomic()
def discard(file_id: int) -> None:
    """Remove the row of a file to which nothing points any more, and the content when no other row has it. Safe to
    repeat, and when others bring or discard the same content meanwhile."""
    file = db.session.get(File, file_id)
    if file is not None:
        after_commit(partial(_sweep, file.sha256))
        db.session.delete(file)
        db.session.flush()


@atomic()
def let_go(brought: Iterable[Brought]) -> None:
    """Sweep what was taken in and nobody has kept, after a refusal: whoever is refused leaves nothing on the disk."""
    for each in brought:
        _sweep(each.sha256)


@atomic()
def _sweep(sha256: str) -> None:
    _hold(sha256)
    if db.session.scalar(sa.select(File.id).where(File.sha256 == sha256).limit(1)) is None:
        with suppress(OSError):  # content without a row harms nobody
            queries.place_of(sha256).unlink()


def _hold(sha256: str) -> None:
    """Let nobody else keep or sweep this content until the end of the transaction. SQLite has one writer anyhow."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(int(sha256[:15], 16))))


def too_large(limit: int) -> FileTooLarge:
    """The refusal of a file that is larger than is taken."""
    return FileTooLarge(
        _(
            "The file is larger than %(limit)s MB, which is the most that is taken. Nothing has been stored. "
            "Shorten it, or put it elsewhere and give its link.",
            limit=limit // 2**20,
        ),
        field="file",
    )


def _require_size(stream: IO[bytes]) -> None:
    stream.seek(0, os.SEEK_END)
    size, limit = stream.tell(), current_app.config["FILE_LIMIT"]
    if size == 0:
        raise WrongFile(_("The file is empty. Please choose it again."), field="file")
    if size > limit:
        raise too_large(limit)


def _type_of(stream: IO[bytes], name: str) -> FileType:
    kind = signatures.type_for(ending(name))
    if kind is None:
        raise WrongFile(
            _(
                "Files of this kind are not taken. Taken are: %(endings)s.",
                endings=", ".join(signatures.endings()),
            ),
            field="file",
        )
    if not kind.is_of_this_type(stream):
        raise WrongFile(
            _(
                "The content of this file is not what its ending .%(ending)s says, or it is damaged. "
                "Open it in its own program and save it again as .%(ending)s.",
                ending=ending(name),
            ),
            field="file",
        )
    return kind


def _copy(stream: IO[bytes], target: IO[bytes], kind: FileType) -> tuple[int, str]:
    """Bring the content to the disk, pictures drawn anew; its size and hash."""
    stream.seek(0)
    if kind.is_image:
        _redraw(stream, target, kind)
    else:
        shutil.copyfileobj(stream, target, _BLOCK)
    target.flush()
    os.fsync(target.fileno())
    target.seek(0)
    digest = hashlib.file_digest(target, "sha256")
    return target.tell(), digest.hexdigest()


def _redraw(stream: IO[bytes], target: IO[bytes], kind: FileType) -> None:
    try:
        images.redraw(stream, target, kind.media_type)
    except images.Unreadable as error:
        most = images.MOST_PIXELS // 10**6
        raise WrongFile(
            _("This picture cannot be read, or it has more than %(most)s million pixels.", most=most),
            field="file",
        ) from error


def _settle(path: Path, place: Path) -> None:
    """Give the content its name, unless the same content has it already; safe when two do it at once."""
    if place.is_file() and place.stat().st_size == path.stat().st_size:
        path.unlink()
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    os.chmod(path, 0o600)
    os.replace(path, place)
    handle = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
