"""Where kept files lie."""

import os
from pathlib import Path

from flask import current_app
from flask_babel import gettext as _

from eventsvc.errors import NotFound
from eventsvc.files.models import File


def folder() -> Path:
    return Path(current_app.config["FILES_FOLDER"])


def place_of(sha256: str) -> Path:
    """Where content with this hash lies, or would lie."""
    return folder() / sha256[:2] / sha256


def path_of(file: File) -> Path:
    """The content of a file on the disk; NotFound when it has been lost there."""
    path = place_of(file.sha256)
    if not os.path.isfile(path):
        raise NotFound(
            _("The file is in the list but no longer on the server's disk. Please upload it again.")
        )
    return path
