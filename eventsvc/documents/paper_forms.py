"""What people type about the papers of an event, their signatures and their numbers."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectChoice, SelectField
from wtforms.validators import DataRequired

from eventsvc.accounts.models import User
from eventsvc.documents import labels  # noqa: F401  (registers the words of the choices)
from eventsvc.documents.kinds import URGENCIES
from eventsvc.documents.models import DocumentKind, LetterheadStyle, SignatureBlock
from eventsvc.web.fields import (
    DayField,
    EmailField,
    LineField,
    NumberField,
    RowField,
    TextField,
    VersionField,
    WordField,
)

LONGEST_BODY = 20_000


class NewPaperForm(FlaskForm):
    kind = WordField(_l("Kind of paper"), DocumentKind, default=DocumentKind.INVITATION_LETTER)


class PaperForm(FlaskForm):
    version = VersionField()
    letterhead = WordField(_l("Letterhead"), LetterheadStyle, default=LetterheadStyle.STATE)
    issuer = LineField(_l("Issued by"), [DataRequired(_l("Enter who issues the paper."))], most=300)
    symbol = LineField(_l("Symbol"), most=40)
    issued_place = LineField(_l("Place of issue"), most=200)
    title = TextField(_l("Subject line"), [DataRequired(_l("Enter what the paper is about."))], most=1000)
    body = TextField(_l("Wording"), most=LONGEST_BODY)
    block = RowField(_l("Signature"), empty=_l("nobody yet"))
    drafting_unit = LineField(_l("Drafting unit"), most=40)
    drafter = LineField(_l("Sign of the drafter"), most=40)
    copies = NumberField(_l("Copies"), most=100_000)
    urgency = SelectField(_l("Urgency"))
    notes = TextField(_l("Note for the signer"), most=4000)

    NAMES = ("letterhead", "issuer", "symbol", "issued_place", "title", "body", "drafting_unit", "drafter", "copies",
             "notes")  # fmt: skip

    def __init__(self, blocks: Sequence[SignatureBlock], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.block.offer(blocks, block_words)
        none = SelectChoice("", _l("none"))
        self.urgency.choices = [none, *(SelectChoice(word, word) for word in URGENCIES)]
        if self.urgency.data in (None, "None"):
            self.urgency.data = ""

    @property
    def values(self) -> dict[str, Any]:
        block = self.block.row
        return {name: self[name].data for name in self.NAMES} | {
            "block_id": block.id if block else None,
            "urgency": self.urgency.data or None,
        }


class PaperRecipientForm(FlaskForm):
    text = TextField(_l("Recipient"), [DataRequired(_l("Enter who receives the paper."))], most=1000)
    purpose = LineField(_l("Sent for"), most=80)
    email = EmailField(_l("E-mail"))

    @property
    def values(self) -> dict[str, Any]:
        return {name: self[name].data for name in ("text", "purpose", "email")}


class StepForm(FlaskForm):
    """A step that needs nothing but the version that its page showed."""

    seen = VersionField()


class ReturnForm(FlaskForm):
    seen = VersionField()
    remark = TextField(
        _l("What is to be changed"), [DataRequired(_l("Say what is to be changed."))], most=4000
    )


class IssueForm(FlaskForm):
    seen = VersionField()
    issued_on = DayField(_l("Day of issue"), [DataRequired(_l("Enter the day of issue."))])


class RecallForm(FlaskForm):
    seen = VersionField()
    reason = TextField(
        _l("Reason for the recall"), [DataRequired(_l("Say why the paper is recalled."))], most=4000
    )


class BlockForm(FlaskForm):
    version = VersionField()
    name = LineField(_l("Name of the signature"), [DataRequired(_l("Enter a name."))], most=200)
    lines = TextField(
        _l("Lines above the name"),
        [DataRequired(_l("Enter the lines above the name, one below the other."))],
        most=1000,
    )
    signer = LineField(_l("Signer"), [DataRequired(_l("Enter who signs."))], most=200)
    user = RowField(_l("Account that signs"), empty=_l("none: the signature is recorded by an organizer"))

    def __init__(self, accounts: Sequence[User], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.user.offer(accounts, lambda user: f"{user.name} ({user.email})" if user.name else user.email)

    @property
    def values(self) -> dict[str, Any]:
        return {
            "name": self.name.data,
            "lines": self.lines.lines,
            "signer": self.signer.data,
            "user": self.user.row,
        }


class SeriesForm(FlaskForm):
    last = NumberField(_l("Last number given"), [DataRequired(_l("Enter the number."))], least=1, most=99_999)


class AcknowledgeForm(FlaskForm):
    version = VersionField()
    name = LineField(_l("Name of the person who received it"), most=200)


def block_words(block: SignatureBlock) -> str:
    return f"{block.name} – {block.signer}"
