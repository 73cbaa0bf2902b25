"""Find who the words of an agenda mean, among the people and organizations that the host of the event knows."""

from typing import NamedTuple

import sqlalchemy as sa

from eventsvc.agenda.names import bare_name, name_key, name_keys_at_the_end
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.organizations import queries as organizations
from eventsvc.organizations.models import Organization
from eventsvc.people.models import Person
from eventsvc.people.queries import matches
from eventsvc.text import fold

MOST = 10


class Speaker(NamedTuple):
    """Someone who can be put into an agenda: the words for it, and what else is known of them."""

    words: str
    position: str | None
    organization: str | None


def known_speaker(event: Event, words: str | None) -> tuple[Person | None, Organization | None]:
    """The person whom the words name, with their organization, or the organization that they name.

    A form of address, a title and what follows a comma may stand around the name. Letters and tones must agree,
    unless only one person can be meant without them. Of several people of one name none is taken, but for the
    only one whose position or organization the words name too.
    """
    if not words or not fold(words):
        return None, None
    person = _person(event, words)
    if person is not None:
        return person, person.organization
    on, province = event.units_as_of, event.province_code
    return None, organizations.find(words, on=on, province_code=province)


def speakers(event: Event, q: str) -> list[Speaker]:
    """The first people of the host whose name or organization has words that begin so, as lists order them."""
    if not fold(q):
        return []
    rows = db.session.execute(
        sa.select(Person.honorific, Person.full_name, Person.position, Person.organization_name)
        .where(Person.host_id == event.host_id, matches(q))
        .order_by(Person.sort_key, Person.id)
        .limit(MOST)
    ).all()
    found = [
        Speaker(f"{honorific} {name}" if honorific else name, position, organization)
        for honorific, name, position, organization in rows
    ]
    names = [speaker.words for speaker in found]
    return list(dict.fromkeys(_told_apart(each) if names.count(each.words) > 1 else each for each in found))


def _told_apart(speaker: Speaker) -> Speaker:
    """Of two with the same name each with what tells them apart."""
    apart = [part for part in (speaker.words, speaker.position, speaker.organization) if part]
    return speaker._replace(words=", ".join(apart))


def _person(event: Event, words: str) -> Person | None:
    whole = fold(bare_name(words))
    for keys in ([whole], name_keys_at_the_end(words)):
        bearers = _bearers(event, [key for key in keys if key])
        if keys != [whole]:  # an accident of folding may not make a person of the end of a sentence
            bearers = [person for person in bearers if words.endswith(person.full_name)]
        exact = [person for person in bearers if name_key(person.full_name) == name_key(words)]
        found = exact or bearers
        if len(found) > 1:
            found = [person for person in found if _is_told(person, words)]
        if len(found) == 1:
            return found[0]
        if exact:
            return None
    return None


def _bearers(event: Event, keys: list[str]) -> list[Person]:
    """The people of the host with one of these names, folded; what is searched in has the organization after it."""
    if not keys:
        return []
    named = [
        sa.or_(Person.folded == key, Person.folded.startswith(f"{key} ", autoescape=True)) for key in keys
    ]
    rows = db.session.scalars(sa.select(Person).where(Person.host_id == event.host_id, sa.or_(*named)))
    return [person for person in rows if fold(person.full_name) in keys]


def _is_told(person: Person, words: str) -> bool:
    said = f" {fold(words)} "
    return any(f" {fold(told)} " in said for told in (person.position, person.organization_name) if told)
