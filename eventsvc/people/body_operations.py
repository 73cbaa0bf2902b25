"""Every change to bodies (committees, working groups) and to who sits in them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm.attributes import flag_modified

from eventsvc import text
from eventsvc.audit.operations import record
from eventsvc.db import atomic, db
from eventsvc.errors import Invalid
from eventsvc.people import body_queries as queries
from eventsvc.people import operations as people
from eventsvc.people.models import Body, BodyMember, Person
from eventsvc.people.operations import Details
from eventsvc.rows import lock


class BodyNamed(Invalid):
    code = "body_named"


class MemberThere(Invalid):
    code = "member_there"


@dataclass(frozen=True)
class Seat:
    """What somebody is in a body, from a day to a day; both may be open."""

    role: str | None = None
    member_from: date | None = None
    member_until: date | None = None


@atomic()
def add_body(host_id: int, *, name: str, note: str | None = None, by: Any) -> Body:
    """A new body of the host; its name is new there."""
    name = text.clean(name)
    _require_new_name(host_id, name, None)
    body = Body(host_id=host_id, name=name, note=note)
    db.session.add(body)
    db.session.flush()
    record(by, "body.added", body)
    return body


@atomic()
def edit_body(body: Body, *, name: str, note: str | None, version: int | None = None, by: Any) -> None:
    """Change name and note. StaleEdit when `version` is no longer the body's."""
    lock(body, version)
    name = text.clean(name)
    _require_new_name(body.host_id, name, body)
    body.name, body.note = name, note
    record(by, "body.edited", body)


@atomic()
def add_member(body: Body, details: Details, seat: Seat, *, by: Any) -> BodyMember:
    """A person's seat in the body. Somebody who sits in another body of the host is the same person there.

    MemberThere when the person holds a seat on one of these days already.
    """
    lock(body)
    _require_order(seat)
    person = _known(body, details) or people.add_person(body.host_id, details, by=by)
    _require_free(body, person, seat, None)
    last = db.session.scalar(sa.select(sa.func.max(BodyMember.number)).where(BodyMember.body_id == body.id))
    member = BodyMember(
        body=body,
        person=person,
        number=(last or 0) + 1,
        role=text.clean(seat.role or "") or None,
        member_from=seat.member_from,
        member_until=seat.member_until,
    )
    db.session.add(member)
    db.session.flush()
    record(by, "body.member_added", body, member=member.id)
    return member


@atomic()
def edit_member(
    member: BodyMember, details: Details, seat: Seat, *, version: int | None = None, by: Any
) -> None:
    """Change who a member is or from when to when; `version` is that of the body: it is one list."""
    lock(member.body, version)
    _require_order(seat)
    _require_free(member.body, member.person, seat, member)
    people.edit_person(member.person, details, by=by)
    member.role = text.clean(seat.role or "") or None
    member.member_from, member.member_until = seat.member_from, seat.member_until
    _touch(member.body)
    record(by, "body.member_edited", member.body, member=member.id)


@atomic()
def remove_member(member: BodyMember, *, by: Any) -> None:
    """Take out a seat that was entered by mistake; who leaves gets a last day instead."""
    body = member.body
    lock(body)
    record(by, "body.member_removed", body, member=member.id)
    body.members.remove(member)
    db.session.flush()


def _known(body: Body, details: Details) -> Person | None:
    """The person of the same name with a telephone or an address in common, else of the same organization."""
    contacts = {*details.phones, *(address.lower() for address in details.emails)}
    own = text.same_words(details.organization_name or "")
    for person in queries.known_members(body.host_id, text.name_key(text.clean(details.full_name))):
        theirs = {*person.phones, *person.emails}
        if contacts & theirs or (
            own == text.same_words(person.organization_name or "") and not (contacts and theirs)
        ):
            return person
    return None


def _require_new_name(host_id: int, name: str, own: Body | None) -> None:
    wanted = text.same_words(name)
    if not wanted:
        raise Invalid(_("Say what the body is called."), field="name")
    for body in queries.bodies_of(host_id):
        if body is not own and text.same_words(body.name) == wanted:
            raise BodyNamed(_("There is a body of this name already."), field="name")


def _require_order(seat: Seat) -> None:
    if seat.member_from and seat.member_until and seat.member_until < seat.member_from:
        raise Invalid(_("The last day lies before the first."), field="member_until")


def _require_free(body: Body, person: Person, seat: Seat, own: BodyMember | None) -> None:
    """Nobody holds two seats of one body on the same day."""
    for member in body.members:
        if member is own or member.person_id != person.id:
            continue
        ends_before = member.member_until and seat.member_from and member.member_until < seat.member_from
        begins_after = member.member_from and seat.member_until and member.member_from > seat.member_until
        if not (ends_before or begins_after):
            raise MemberThere(_("This person is a member already."), field="full_name")


def _touch(body: Body) -> None:
    """Raise the version: the list of members is part of the body."""
    flag_modified(body, "name")
