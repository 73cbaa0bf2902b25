"""Papers at every step of their way, made by the operations that users use."""

from io import BytesIO

from pypdf import PdfReader

from eventsvc.documents import paper_operations, signature_operations, signing_operations
from eventsvc.documents.models import Document, DocumentKind, SignatureBlock
from tests import factories

KIND = DocumentKind.INVITATION_LETTER


def block(event, *, name="PCT ký thay", signer="Nguyễn Văn Mẫu", user=None) -> SignatureBlock:
    lines = ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]
    return signature_operations.add_block(
        event.host, name=f"{name} {factories.number()}", lines=lines, signer=signer, user=user, by=None
    )


def draft(event, *, kind=KIND, user=None, symbol="GM-UBND", **changes) -> Document:
    changes = {"block_id": block(event, user=user).id, "symbol": symbol, **changes}
    return paper_operations.add_paper(event, kind, changes, by=None)


def submitted(event, **details) -> Document:
    return signing_operations.submit(draft(event, **details), version=None, by=None)


def signed(event, *, user=None, **details) -> Document:
    return signing_operations.sign(submitted(event, user=user, **details), version=None, by=user)


def issued(event, *, user=None, by=None, **details) -> Document:
    return signing_operations.issue(signed(event, user=user, **details), by=by)


def words(paper: bytes) -> str:
    """All text of a paper on one line."""
    found = " ".join(page.extract_text() for page in PdfReader(BytesIO(paper)).pages)
    return " ".join(found.replace("\u200b", "").split())
