"""Refusals. A DomainError is a sentence for the user, a code for the machine and an HTTP status."""


class DomainError(Exception):
    """A rule of the domain refused the request; the message is for the user, `field` names the input at fault."""

    status = 409
    code = "refused"

    def __init__(self, message: object = "", *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else self.code


class NotFound(DomainError):
    """There is no such thing, or it is not yours to see: one answer for both."""

    status = 404
    code = "not_found"


class Invalid(DomainError):
    """The input cannot be what was asked for."""

    status = 422
    code = "invalid"


class StaleEdit(DomainError):
    """Someone else saved the same record since the form was opened."""

    code = "stale_edit"
