"""Where a paper stands on its way from draft to issued, and which step may follow. Pure."""

from typing import Any

from flask_babel import gettext as _

from eventsvc.documents.models import Document, DocumentState, DocumentStep
from eventsvc.errors import DomainError, StaleEdit

WRITABLE = (DocumentState.DRAFT, DocumentState.RETURNED)
PUBLISHED = (DocumentState.ISSUED, DocumentState.RECALLED)


class WrongStep(DomainError):
    """The paper is not where this step begins."""

    code = "wrong_step"


class NotTheSigner(DomainError):
    """Only the account of the signature may do this."""

    status, code = 403, "not_the_signer"


def is_signer(paper: Document, by: Any) -> bool:
    """Whether this account is the one that the signature names; without one nobody is."""
    is_user = by is not None and getattr(by, "actor_kind", "") == "user"
    return is_user and paper.block is not None and paper.block.user_id == by.id


def require_signer(paper: Document, by: Any) -> None:
    """With an account behind the signature only that account may go on; else an organizer records what was signed."""
    if paper.block is not None and paper.block.user_id is not None and not is_signer(paper, by):
        raise NotTheSigner(_("Only the account of %(name)s may do this.", name=paper.block.signer))


def require_version(paper: Document, version: int | None) -> None:
    if version is not None and paper.version != version:
        raise StaleEdit(
            _("The paper has changed since you opened this page. Please read it again before you go on.")
        )


def require(paper: Document, states: tuple[DocumentState, ...]) -> None:
    if paper.state not in states:
        raise wrong_step(paper)


def wrong_step(paper: Document) -> WrongStep:
    sentences = {
        DocumentState.DRAFT: _("The paper is a draft: it must be submitted and signed first."),
        DocumentState.SUBMITTED: _("The paper has been submitted and waits for its signer."),
        DocumentState.RETURNED: _("The paper was returned: it must be corrected and submitted again."),
        DocumentState.SIGNED: _("The paper has been signed; it can be issued, or returned by its signer."),
        DocumentState.ISSUED: _(
            "The paper has been issued and can no longer be changed; recall or revise it."
        ),
        DocumentState.RECALLED: _("The paper has been recalled; a revision can take its place."),
    }
    return WrongStep(sentences[paper.state])


def note_step(paper: Document, state: DocumentState, *, by: Any, remark: str | None = None) -> None:
    by_user_id = by.id if by is not None and getattr(by, "actor_kind", "") == "user" else None
    paper.steps.append(DocumentStep(state=state, remark=remark, by_user_id=by_user_id))
