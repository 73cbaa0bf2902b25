"""Security headers on every response (OWASP ASVS 5.0, V3.4): strict policy, no inline anything."""

from flask import Flask, Response, current_app, g, request

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; media-src 'self'; form-action 'self'; "
    "frame-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(self), microphone=(), geolocation=()"),
)


def init_app(app: Flask) -> None:
    app.after_request(add_headers)


def add_headers(response: Response) -> Response:
    headers = response.headers
    wanted = [*ALWAYS, ("X-Request-ID", g.get("request_id", ""))]
    if request.endpoint != "static":
        wanted.append(("Cache-Control", "no-store"))
    if current_app.config["SESSION_COOKIE_SECURE"]:
        wanted.append(("Strict-Transport-Security", "max-age=31536000; includeSubDomains"))
    present = {name.lower() for name, _value in headers}  # looked through once, not for each of them
    for name, value in wanted:
        if name.lower() not in present:
            headers.add(name, value)
    return response
