"""What the API's answers look like."""

from marshmallow import Schema, fields

from eventsvc.web.api import page_of


class CountsSchema(Schema):
    sites = fields.Integer()
    guests = fields.Integer()
    slots = fields.Integer()
    invited = fields.Integer()
    accepted = fields.Integer()


class WindowSchema(Schema):
    text = fields.String(allow_none=True)
    start = fields.Date(allow_none=True)
    end = fields.Date(allow_none=True)


class SittingSchema(Schema):
    number = fields.Integer()
    title = fields.String(allow_none=True)
    starts_at = fields.AwareDateTime(allow_none=True)
    ends_at = fields.AwareDateTime(allow_none=True)
    time_state = fields.String()
    place = fields.String(allow_none=True)


class EventSchema(Schema):
    slug = fields.String()
    title = fields.String()
    short_title = fields.String()
    kind = fields.String()
    status = fields.String()
    form = fields.String()
    host = fields.String()
    venue = fields.String(allow_none=True)
    units_as_of = fields.Date()
    window = fields.Nested(WindowSchema)
    starts_at = fields.AwareDateTime(allow_none=True)
    ends_at = fields.AwareDateTime(allow_none=True)
    time_approved = fields.Boolean()
    sittings = fields.List(fields.Nested(SittingSchema))
    counts = fields.Nested(CountsSchema)


class PersonInRoleSchema(Schema):
    role = fields.String()
    text = fields.String()
    organization = fields.String(allow_none=True)
    person = fields.String(allow_none=True)


class AgendaItemSchema(Schema):
    number = fields.Integer()
    sitting = fields.Integer()
    kind = fields.String()
    title = fields.String()
    start = fields.AwareDateTime(allow_none=True)
    end = fields.AwareDateTime(allow_none=True)
    duration_minutes = fields.Integer(allow_none=True)
    people = fields.List(fields.Nested(PersonInRoleSchema))


class AgendaSchema(Schema):
    release = fields.Integer(metadata={"description": "1 until the agenda is released in versions"})
    items = fields.List(fields.Nested(AgendaItemSchema))


class SiteSchema(Schema):
    code = fields.String(metadata={"description": "the unit's code; `main` for the main hall"})
    name = fields.String()
    level = fields.String()
    district = fields.String(allow_none=True)
    status = fields.String()
    hall = fields.String(allow_none=True)
    address = fields.String(allow_none=True)
    capacity = fields.Integer(allow_none=True)
    expected = fields.Integer()
    present = fields.Integer()
    contact_name = fields.String(
        allow_none=True, metadata={"description": "only for those who may see contacts"}
    )
    contact_phone = fields.String(allow_none=True)
    contact_email = fields.String(allow_none=True)


class GuestSchema(Schema):
    id = fields.Integer()
    kind = fields.String(metadata={"description": "person or slot"})
    honorific = fields.String(allow_none=True)
    name = fields.String()
    position = fields.String(allow_none=True)
    organization = fields.String(allow_none=True)
    site = fields.String()
    group = fields.String(allow_none=True)
    seats = fields.Integer(allow_none=True)
    answer = fields.String(allow_none=True)
    emails = fields.List(fields.String(), metadata={"description": "only for those who may see contacts"})
    phones = fields.List(fields.String())


class BoardSiteSchema(Schema):
    code = fields.String()
    name = fields.String()
    level = fields.String()
    district = fields.String(allow_none=True)
    status = fields.String()
    expected = fields.Integer()
    present = fields.Integer()
    cases = fields.Integer()
    waiting = fields.Integer(metadata={"description": "scans still on devices"})
    last_scan_at = fields.AwareDateTime(allow_none=True)


class BoardTotalsSchema(Schema):
    sites = fields.Integer()
    expected = fields.Integer()
    present = fields.Integer()
    sites_with_guests_in = fields.Integer()
    cases = fields.Integer()
    waiting = fields.Integer()


class BoardSchema(Schema):
    event = fields.String()
    sitting = fields.Integer(allow_none=True)
    as_of = fields.AwareDateTime()
    totals = fields.Nested(BoardTotalsSchema)
    sites = fields.List(fields.Nested(BoardSiteSchema))


EventPage = page_of(EventSchema)
SitePage = page_of(SiteSchema)
GuestPage = page_of(GuestSchema)
