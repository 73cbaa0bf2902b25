"""A file of sites on both databases: carried out whole, once, and only as it was shown."""

import pytest
import sqlalchemy as sa

from eventsvc.db import db
from eventsvc.errors import Invalid, NotFound, StaleEdit
from eventsvc.sites import file_operations, file_queries, operations
from eventsvc.sites.file_models import SiteSheet
from eventsvc.sites.models import SiteLevel
from eventsvc.spreadsheets.tables import Table
from tests import factories

ROWS = [
    ["Mã điểm cầu", "Đầu mối", "SĐT", "Điểm cầu"],
    ["524", "Lê Văn Ân", "0502551234", ""],
    ["525", "Phạm Thị Bé", "", ""],
    ["", "Ông Út", "0502551236", "Trường Đại học"],
]


def test_a_file_is_carried_out_once_and_only_as_it_was_shown(app, organizer):
    event = factories.event(by=organizer)
    operations.add_sites(event, SiteLevel.DISTRICT, by=None)
    file_operations.keep(event, "a.xlsx", [Table("DS", ROWS)], by=organizer)
    sheet = file_operations.keep(event, "b.xlsx", [Table("DS", ROWS)], by=organizer)
    assert db.session.scalars(sa.select(SiteSheet.file_name)).all() == ["b.xlsx"]
    sheet_id, digest = sheet.id, file_queries.plan_of(sheet).digest

    with pytest.raises(
        Invalid
    ):  # a site of its own before there is a main hall; nothing of the rest is stored
        file_operations.confirm(sheet, digest=digest, added={2}, by=organizer)
    assert factories.site_of(event, "524").contact_name is None

    operations.add_main_site(event, name="Hội trường tỉnh", by=None)
    operations.edit_site(factories.site_of(event, "525"), {"contact_name": "Người khác"}, by=None)
    sheet = file_queries.sheet_of(event, sheet_id)
    with pytest.raises(StaleEdit):
        file_operations.confirm(sheet, digest=digest, added={2}, by=organizer)
    assert factories.site_of(event, "524").contact_name is None

    sheet = file_queries.sheet_of(event, sheet_id)
    done = file_operations.confirm(
        sheet, digest=file_queries.plan_of(sheet).digest, added={0, 2, 9}, by=organizer
    )
    assert done == (2, 1, 0)
    assert factories.site_of(event, "525").contact_name == "Phạm Thị Bé"
    assert factories.site_of(event, "truong-dai-hoc").contact_phone == "+84502551236"
    with pytest.raises(NotFound):
        file_queries.sheet_of(event, sheet_id)


def test_a_file_of_another_event_is_not_there(app, organizer):
    event, other = factories.event(by=organizer), factories.event(by=organizer)
    operations.add_sites(event, SiteLevel.DISTRICT, by=None)
    sheet = file_operations.keep(event, "a.xlsx", [Table("DS", ROWS)], by=organizer)

    with pytest.raises(NotFound):
        file_queries.sheet_of(other, sheet.id)
