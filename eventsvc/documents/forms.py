"""What people type about a paper."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired

from eventsvc.documents.models import DocumentKind
from eventsvc.web.fields import DayField, LineField, TextField, VersionField, WordField


class DocumentForm(FlaskForm):
    version = VersionField()
    kind = WordField(_l("Kind of paper"), DocumentKind, default=DocumentKind.PLAN)
    title = TextField(_l("Subject line"), [DataRequired(_l("Enter what the paper is about."))], most=2000)
    number = LineField(_l("Number and symbol"), most=80)
    issued_place = LineField(_l("Place of issue"), most=200)
    issued_on = DayField(_l("Day of issue"))
    issuer = LineField(_l("Issued by"), most=300)
    signer_authority = LineField(_l("Signs as (TM., KT., TL., Q.)"), most=40)
    signer_title = LineField(_l("Title above the name"), most=200)
    signer_name = LineField(_l("Signer"), most=200)
    closing_text = TextField(_l("Closing instruction"), most=4000)

    NAMES = (
        "kind", "title", "number", "issued_place", "issued_on", "issuer", "signer_authority", "signer_title",
        "signer_name", "closing_text",
    )  # fmt: skip

    @property
    def values(self) -> dict[str, Any]:
        return {name: self[name].data for name in self.NAMES}


class RecipientForm(FlaskForm):
    text = TextField(_l("Recipient"), [DataRequired(_l("Enter who receives the paper."))], most=1000)
    purpose = LineField(_l("Sent for"), most=80)
    note = TextField(_l("Note for the organizers"), most=2000)

    @property
    def values(self) -> dict[str, Any]:
        return {name: self[name].data for name in ("text", "purpose", "note")}
