"""What people type about feeds."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired, ValidationError

from eventsvc.feeds.models import OF_ORGANIZERS, FeedKind
from eventsvc.sites.models import Site
from eventsvc.web.fields import LineField, RowField, WordField


class FeedForm(FlaskForm):
    name = LineField(
        _l("For whom"),
        [DataRequired(_l("Say who subscribes, for instance the sound technicians."))],
        most=200,
    )
    kind = WordField(_l("What it shows"), FeedKind)
    site = RowField(_l("Site"), empty=_l("— choose —"))

    def __init__(self, sites: Sequence[Site]) -> None:
        super().__init__()
        offered = {kind.value for kind in OF_ORGANIZERS}
        self.kind.choices = [choice for choice in self.kind.choices if choice.value in offered]
        self.site.offer(sites, lambda site: site.name)
        if not self.is_submitted():
            self.kind.data = self.kind.data or FeedKind.PROGRAMME

    def validate_kind(self, field: WordField) -> None:
        if field.data not in OF_ORGANIZERS:
            raise ValidationError(_("Choose one from the list."))

    def validate_site(self, field: RowField) -> None:
        if self.kind.data is FeedKind.SITE and field.row is None:
            raise ValidationError(_("Choose the site whose calendar it is."))

    @property
    def chosen_site(self) -> Site | None:
        """The site, when the calendar is that of a site."""
        return self.site.row if self.kind.data is FeedKind.SITE else None
