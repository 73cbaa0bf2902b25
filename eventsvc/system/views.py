"""For those who operate the service: up, able to serve, figures."""

import ipaddress
from pathlib import Path

from flask import Blueprint, Response, current_app, g, request, send_file
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from eventsvc.accounts.access import public
from eventsvc.accounts.permissions import Access, Permission
from eventsvc.errors import NotFound
from eventsvc.system import queries

bp = Blueprint("system", __name__)


@bp.get("/healthz")
@public
def healthz():
    return Response("up\n", mimetype="text/plain")


@bp.get("/readyz")
@public
def readyz():
    """200 when the database answers and its tables are those of this version; 503 otherwise."""
    try:
        ready = queries.schema_is_current()
    except SQLAlchemyError:
        ready = False
    return Response("ready\n" if ready else "not ready\n", 200 if ready else 503, mimetype="text/plain")


@bp.get("/metrics")
@public
def metrics():
    """For a collector on the same machine, or an administrator; nobody else learns that it is there."""
    may = g.actor is not None and not Access(g.actor, Permission.READ_SYSTEM).is_empty
    if not may and not _is_local(request.remote_addr):
        raise NotFound(_("There is nothing at this address."))
    return Response(queries.metrics(), mimetype="text/plain; version=0.0.4")


@bp.get("/ca.crt")
@public
def certificate_authority():
    """The certificate of this machine's own authority, for phones to install; only with `make run TLS=1`."""
    path = Path(current_app.instance_path) / "tls" / "ca.crt"
    if current_app.config["ENV"] == "production" or not path.is_file():
        raise NotFound(_("There is nothing at this address."))
    return send_file(
        path, mimetype="application/x-x509-ca-cert", as_attachment=True, download_name="eventsvc-ca.crt"
    )


def _is_local(address: str | None) -> bool:
    try:
        return ipaddress.ip_address(address or "").is_loopback
    except ValueError:
        return False
