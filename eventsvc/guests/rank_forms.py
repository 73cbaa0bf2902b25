"""What a rank is called and what it means, as typed."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField
from wtforms.validators import DataRequired, Optional

from eventsvc.documents.models import SignatureBlock
from eventsvc.guests.models import Rank
from eventsvc.guests.rank_operations import LONGEST_NAME, MOST_WORKDAYS, RankRules
from eventsvc.web.fields import LineField, NumberField, RowField, VersionField


class RankForm(FlaskForm):
    version = VersionField()
    name = LineField(
        _l("Who is of this rank"),
        [DataRequired(_l("Give the rank a name: “Lãnh đạo sở, ban, ngành”."))],
        most=LONGEST_NAME,
    )
    lead_workdays = NumberField(
        _l("Invitations go out so many working days before"), [Optional()], least=0, most=MOST_WORKDAYS
    )
    signature_block = RowField(_l("Who signs their letters"), empty=_l("— as the letter says —"))
    substitutes_need_approval = BooleanField(_l("A substitute needs the organizers' approval"))
    announces_arrival = BooleanField(_l("Reception is told when they arrive"))

    def __init__(self, blocks: Sequence[SignatureBlock], **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.signature_block.offer(blocks, lambda block: f"{block.name} – {block.signer}")

    def fill(self, rank: Rank) -> None:
        self.version.data, self.name.data = rank.version, rank.name
        self.lead_workdays.data = rank.lead_workdays
        self.signature_block.data = str(rank.signature_block_id or "")
        self.substitutes_need_approval.data = rank.substitutes_need_approval
        self.announces_arrival.data = rank.announces_arrival

    @property
    def rules(self) -> RankRules:
        return RankRules(
            lead_workdays=self.lead_workdays.data,
            signature_block=self.signature_block.row,
            substitutes_need_approval=self.substitutes_need_approval.data,
            announces_arrival=self.announces_arrival.data,
        )
