"""Sending a kept file: as something to save, or a picture to look at; never as something that runs."""

from pathlib import Path

from flask import Response, send_file

# A document of its own that may load, run, send and embed nothing.
POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'none'; script-src 'none'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'none'; sandbox"
)
SHOWN_IN_PLACE = {"image/jpeg", "image/png"}


def download(path: Path, *, name: str, media_type: str, etag: str, shown: bool = False) -> Response:
    """The file under its own name, in parts if asked. Only pictures may be `shown` in place of being saved.

    No cache keeps it: who may read it today may not tomorrow.
    """
    response = send_file(
        path,
        mimetype=media_type,
        as_attachment=not (shown and media_type in SHOWN_IN_PLACE),
        download_name=name,
        etag=etag,
        conditional=True,
        max_age=None,
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
