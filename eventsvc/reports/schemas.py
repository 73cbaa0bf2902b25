"""What the API's answers look like."""

from marshmallow import Schema, fields, validate

from eventsvc.reports.board import AlarmKind, Attention
from eventsvc.reports.site_board import Source
from eventsvc.sites.models import SiteLevel, SiteStatus
from eventsvc.sites.readiness import AT_SITES
from eventsvc.web.api import PageQuery, page_of


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
    position = fields.String(allow_none=True)
    organization = fields.String(allow_none=True)
    person = fields.String(allow_none=True)


class AgendaQuery(Schema):
    draft = fields.Boolean(
        load_default=False, metadata={"description": "the draft instead of the last release; for organizers"}
    )


class AgendaItemSchema(Schema):
    number = fields.Integer()
    key = fields.String(metadata={"description": "names the item for good, also when it is moved"})
    cue = fields.String(allow_none=True, metadata={"description": "its number in the running order"})
    sitting = fields.Integer()
    strand = fields.String(
        allow_none=True, metadata={"description": "what goes on beside the stage; null for the stage"}
    )
    kind = fields.String()
    title = fields.String()
    start = fields.AwareDateTime(allow_none=True)
    end = fields.AwareDateTime(allow_none=True)
    pinned = fields.String(allow_none=True, metadata={"description": "begins exactly at, local time: 08:00"})
    duration_minutes = fields.Integer(allow_none=True)
    position = fields.String(allow_none=True, metadata={"description": "of who speaks"})
    site = fields.String(allow_none=True, metadata={"description": "code of the bridge that speaks"})
    is_public = fields.Boolean()
    people = fields.List(fields.Nested(PersonInRoleSchema))


class AgendaSchema(Schema):
    release = fields.Integer(metadata={"description": "number of the last release; 1 while there is none"})
    draft = fields.Boolean(metadata={"description": "whether the items are those of the draft"})
    items = fields.List(fields.Nested(AgendaItemSchema))


class SiteQuery(PageQuery):
    level = fields.String(
        load_default="",
        validate=validate.OneOf(["", *SiteLevel]),
        metadata={"description": "only this level"},
    )
    status = fields.String(
        load_default="",
        validate=validate.OneOf(["", *SiteStatus]),
        metadata={"description": "only this status"},
    )
    district = fields.String(
        load_default="", metadata={"description": "a unit's code: its own site and those below it"}
    )
    cluster = fields.String(load_default="", metadata={"description": "only this cluster, exactly"})
    late = fields.Boolean(load_default=False, metadata={"description": "only sites that have missed a rule"})
    order = fields.String(
        load_default="",
        validate=validate.OneOf(["", "attention"]),
        metadata={"description": "attention: faults first, then who has missed the most, then the longest"},
    )


class DueSchema(Schema):
    gate = fields.String(metadata={"description": "what must be reached: " + ", ".join(sorted(AT_SITES))})
    due_at = fields.AwareDateTime()


class MilestonesSchema(Schema):
    """When each was reached; null when it was not, or not any more."""

    confirmed = fields.AwareDateTime(allow_none=True)
    tested = fields.AwareDateTime(allow_none=True)
    rehearsed = fields.AwareDateTime(allow_none=True)
    technician_present = fields.AwareDateTime(allow_none=True)
    ready = fields.AwareDateTime(allow_none=True)
    connected = fields.AwareDateTime(allow_none=True)
    closed = fields.AwareDateTime(allow_none=True)


class ReportedCountSchema(Schema):
    people = fields.Integer()
    counted_at = fields.AwareDateTime()


class SiteSchema(Schema):
    code = fields.String(metadata={"description": "the unit's code; `main` for the main hall"})
    name = fields.String()
    level = fields.String(metadata={"enum": [*SiteLevel]})
    district = fields.String(allow_none=True, metadata={"description": "name of the unit above"})
    district_code = fields.String(allow_none=True)
    number = fields.Integer(metadata={"description": "place among the sites of its level"})
    cluster = fields.String(allow_none=True)
    speaks = fields.Boolean(metadata={"description": "whether somebody speaks from there"})
    status = fields.String(metadata={"enum": [*SiteStatus]})
    milestones = fields.Nested(MilestonesSchema)
    open_faults = fields.Integer()
    missed = fields.List(
        fields.Nested(DueSchema),
        metadata={"description": "rules it has missed by now, the longest overdue first"},
    )
    next = fields.Nested(DueSchema, allow_none=True, metadata={"description": "the rule that comes next"})
    head_count = fields.Nested(
        ReportedCountSchema,
        allow_none=True,
        metadata={"description": "the newest that the site reported, of any sitting"},
    )
    expected = fields.Integer(metadata={"description": "people on its guest list"})
    present = fields.Integer(metadata={"description": "people checked in by name"})
    hall = fields.String(
        allow_none=True, metadata={"description": "this and below: only for those who work there"}
    )
    address = fields.String(allow_none=True)
    map_url = fields.String(allow_none=True)
    capacity = fields.Integer(allow_none=True)
    video_platform = fields.String(allow_none=True)
    meeting_id = fields.String(allow_none=True)
    meeting_url = fields.String(allow_none=True)
    backup_line = fields.String(allow_none=True)
    contact_name = fields.String(
        allow_none=True, metadata={"description": "this and below: only for those who may see contacts"}
    )
    contact_phone = fields.String(allow_none=True)
    contact_email = fields.String(allow_none=True)
    host_name = fields.String(allow_none=True)
    host_position = fields.String(allow_none=True)
    host_phone = fields.String(allow_none=True)
    technician_name = fields.String(allow_none=True)
    technician_phone = fields.String(allow_none=True)


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
    attention = fields.String(
        metadata={"enum": [*Attention], "description": "the first thing to be said of it"}
    )
    expected = fields.Integer()
    present = fields.Integer(metadata={"description": "people checked in by name"})
    came = fields.Integer(metadata={"description": "of those expected: the people who are in at their site"})
    others = fields.Integer(
        metadata={"description": "the others who are in: not invited, or on another site's list"}
    )
    reported = fields.Integer(allow_none=True, metadata={"description": "people by the newest head-count"})
    reported_at = fields.AwareDateTime(allow_none=True)
    people = fields.Integer(metadata={"description": "the greater of the two"})
    source = fields.String(metadata={"enum": [*Source], "description": "where `people` comes from"})
    inside = fields.Integer(
        allow_none=True, metadata={"description": "people inside now; null where no exits are scanned"}
    )
    tallied = fields.Integer(metadata={"description": "people counted by taps; in none of the other figures"})
    signed = fields.Integer(allow_none=True, metadata={"description": "the count it was closed with"})
    cases = fields.Integer()
    waiting = fields.Integer(metadata={"description": "scans still on devices"})
    last_scan_at = fields.AwareDateTime(allow_none=True)
    as_of = fields.AwareDateTime(allow_none=True, metadata={"description": "when it was last heard of"})
    silent_since = fields.AwareDateTime(
        allow_none=True,
        metadata={"description": "none of its devices has been heard of since, doors being open"},
    )


class BoardTotalsSchema(Schema):
    sites = fields.Integer()
    expected = fields.Integer()
    present = fields.Integer(metadata={"description": "people checked in by name, each once"})
    came = fields.Integer(metadata={"description": "of those expected: the people who are in at their site"})
    others = fields.Integer(
        metadata={"description": "the others who are in: not invited, or on another site's list"}
    )
    reported = fields.Integer(metadata={"description": "people by head-counts"})
    people = fields.Integer(metadata={"description": "the greater of the two, site by site"})
    inside = fields.Integer(
        allow_none=True, metadata={"description": "people inside now; null where no exits are scanned"}
    )
    tallied = fields.Integer(metadata={"description": "people counted by taps; in none of the other figures"})
    sites_with_guests_in = fields.Integer()
    silent_sites = fields.Integer(metadata={"description": "sites whose figures are not of now"})
    silent_since = fields.AwareDateTime(allow_none=True)
    silent_people = fields.Integer(metadata={"description": "how many of `people` are at silent sites"})
    cases = fields.Integer()
    waiting = fields.Integer(metadata={"description": "scans still on devices"})
    on_stage = fields.Integer(
        metadata={"description": "people with a part on the stage whom a scan tells of"}
    )
    missing_on_stage = fields.Integer()


class BoardAlarmSchema(Schema):
    kind = fields.String(metadata={"enum": [*AlarmKind]})
    site = fields.String(
        allow_none=True, metadata={"description": "code; null for the whole event or several sites"}
    )
    sites = fields.Integer(metadata={"description": "how many sites it concerns"})
    number = fields.Integer(metadata={"description": "of cases, scans, devices, people expected or minutes"})
    since = fields.AwareDateTime(allow_none=True)


class BoardFlowSchema(Schema):
    at = fields.AwareDateTime()
    people = fields.Integer()


class BoardSchema(Schema):
    event = fields.String()
    sitting = fields.Integer(allow_none=True)
    as_of = fields.AwareDateTime()
    totals = fields.Nested(BoardTotalsSchema)
    alarms = fields.List(
        fields.Nested(BoardAlarmSchema),
        metadata={"description": "what somebody must see to, the worst first"},
    )
    arrivals = fields.List(
        fields.Nested(BoardFlowSchema), metadata={"description": "how many people came in from when on"}
    )
    sites = fields.List(fields.Nested(BoardSiteSchema))


EventPage = page_of(EventSchema)
SitePage = page_of(SiteSchema)
GuestPage = page_of(GuestSchema)
