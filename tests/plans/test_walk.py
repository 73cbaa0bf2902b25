"""Every number, name and deadline of the plans 000–004 stands in the field of its own noun: on a page of the event, and
in the dump. The YAML is walked leaf by leaf; a leaf that no rule knows fails the test."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
import yaml

from eventsvc.agenda.models import AgendaItem, Ritual
from eventsvc.campaigns.activity_models import Activity, ActivityKind
from eventsvc.campaigns.communication_models import Communication
from eventsvc.contests.models import Contest
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.events.queries import event_by_slug
from eventsvc.guests.models import GuestGroup
from eventsvc.plans import operations, queries
from eventsvc.tasks.duty_models import Duty, Meeting
from eventsvc.tasks.models import Task, TaskKind
from tests import factories
from tests.plans import plan

PLANS = ("000", "001", "002", "003", "004")

# What is neither a number nor a name nor a deadline: where a sentence stands in the paper, what we remark beside it,
# in which order lines come, and words for the program alone.
NO_FIGURE = re.compile(
    r"\.(?:cite|note|order|kind|ritual|role|phrasing|site_level|action|authority_prefix)$"
    r"|^(?:agenda_cite|timeline_cite|source_file|plan_id|event\.form\.value)$|rituals\[\d+\]\.id$"
)


class Leaf(NamedTuple):
    path: str
    """With the places of list items: "tasks[3].deadline"."""
    value: Any
    within: tuple[dict[str, Any], ...]
    """The mappings it stands in, the nearest first."""


def leaves(value: Any, path: str = "", within: tuple[dict[str, Any], ...] = ()) -> Iterator[Leaf]:
    if isinstance(value, dict):
        for key, child in value.items():
            yield from leaves(child, f"{path}.{key}".lstrip("."), (value, *within))
    elif isinstance(value, list):
        for place, child in enumerate(value):
            yield from leaves(child, f"{path}[{place}]", within)
    elif value is not None:
        yield Leaf(path, value, within)


def words(text: Any) -> str:
    """Text as a person compares it: white space, case and quotes do not matter."""
    return re.sub(r"\s+", " ", str(text)).replace("“", '"').replace("”", '"').casefold().strip(" .;/")


def visible(node: Any) -> str:
    """What a person reads there, with what stands in the fields of forms."""
    typed = node.xpath(
        ".//input[not(@type='hidden') and not(@type='checkbox')]/@value | .//option[@selected]/text()"
    )
    return words(" ".join([node.text_content(), *typed]))


class Pages:
    """The pages of one event by noun, each asked for once."""

    def __init__(self, browser: Any, event: Event) -> None:
        self.browser, self.event, self.read = browser, event, {}

    def main(self, *addresses: str) -> str:
        return " ".join(visible(self.html(address)) for address in addresses)

    def html(self, address: str) -> Any:
        url = f"/events/{self.event.slug}{address}"
        if url not in self.read:
            self.read[url] = self.browser.get(url).html.xpath("//main")[0]
        return self.read[url]

    def block(self, address: str, *anchors: str) -> str:
        """The rows, facts and list items of a page that hold all these words; a panel where none does."""
        for kind in (".//tr | .//li | .//dl/div", ".//section | .//article"):
            parts = [visible(node) for node in self.html(address).xpath(kind)]
            found = [part for part in parts if all(words(anchor) in part for anchor in anchors)]
            if found:
                return " ".join(found)
        return ""

    def row(self, model: Any, **columns: Any) -> Any:
        statement = sa.select(model).filter_by(event_id=self.event.id, **columns)
        return db.session.scalars(statement.order_by(model.number)).first()


def shown_as(leaf: Leaf) -> list[str]:
    """The ways in which a value may be written for people."""
    value = leaf.value
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        day = date.fromisoformat(value)
        official = (
            f"ngày {day:%d} tháng {day.month:02d} năm {day.year}"
            if day.month < 3
            else f"ngày {day:%d} tháng {day.month} năm {day.year}"
        )
        return [f"{day:%d/%m/%Y}", official, f"{day:%d}/{day.month}/{day.year}"]
    if isinstance(value, int | float):
        return [f"{value:g}".replace(".", ",")]
    return [words(value)]


def holds(text: str, leaf: Leaf) -> bool:
    for wanted in shown_as(leaf):
        if isinstance(leaf.value, int | float):
            if re.search(rf"(?<![\d,/]){re.escape(wanted)}(?![\d/])", text):
                return True
        elif words(wanted) in text:
            return True
    return False


def task_of(leaf: Leaf, pages: Pages) -> str:
    """The page of the task that the leaf belongs to; of a step, the step's."""
    owner = next(item for item in leaf.within if "id" in item)
    task = pages.row(Task, key=owner["id"])
    if "steps[" in leaf.path:
        step = leaf.within[0]
        task = pages.row(Task, kind=TaskKind.STEP, text=step["text"])
    return f"/tasks/{task.id}"


def item_of(leaf: Leaf, pages: Pages) -> str:
    text = next(item["text"] for item in leaf.within if "order" in item)
    return f"/agenda/items/{pages.row(AgendaItem, title=text).id}"


def ritual_of(leaf: Leaf, pages: Pages) -> str:
    return f"/rituals/{pages.row(Ritual, key=next(item['id'] for item in leaf.within if 'id' in item)).id}"


def group_of(leaf: Leaf, pages: Pages) -> str:
    return f"/guests/groups/{pages.row(GuestGroup, name=leaf.within[0]['text']).id}"


def meeting_of(_leaf: Leaf, pages: Pages) -> str:
    return f"/meetings/{db.session.scalars(sa.select(Meeting).filter_by(event_id=pages.event.id)).one().id}"


def duty_of(_leaf: Leaf, pages: Pages) -> str:
    return f"/duties/{pages.row(Duty).id}"


def whole(address: Any) -> Any:
    """The leaf stands anywhere on a page that is about its row alone."""
    return lambda leaf, pages: pages.main(address(leaf, pages) if callable(address) else address)


def beside(address: Any, *keys: str) -> Any:
    """The leaf stands in the same row, fact or list item as what its line is known by."""

    def find(leaf: Leaf, pages: Pages) -> str:
        anchors = [str(leaf.within[0][key]) for key in keys if leaf.within[0].get(key)]
        return pages.block(address(leaf, pages) if callable(address) else address, *anchors)

    return find


def follow_up_of(leaf: Leaf, pages: Pages) -> str:
    return f"/tasks/{pages.row(Task, text=leaf.within[0]['text']).id}"


def beside_item(leaf: Leaf, pages: Pages) -> str:
    return pages.block("/plan", leaf.within[1]["title"]["text"])


def finale_of(pages: Pages) -> Pages:
    """The pages of the finale, which is an event of its own."""
    if not hasattr(pages, "finale"):
        part = db.session.scalars(sa.select(Event).filter_by(part_of_id=pages.event.id)).one()
        pages.finale = Pages(pages.browser, part)
    return pages.finale


def of_finale(address: str) -> Any:
    return lambda leaf, pages: finale_of(pages).main(address)


def item_of_finale(leaf: Leaf, pages: Pages) -> str:
    finale = finale_of(pages)
    return finale.main(item_of(leaf, finale))


def group_of_finale(leaf: Leaf, pages: Pages) -> str:
    finale = finale_of(pages)
    return finale.main(f"/guests/groups/{finale.row(GuestGroup, name=leaf.value).id}")


def hall_of_finale(_leaf: Leaf, pages: Pages) -> str:
    return finale_of(pages).main("/sites/main")


def in_cluster(leaf: Leaf, pages: Pages) -> str:
    """In the row of the cluster that the leaf, or the unit it is of, stands in."""
    owner = next(one for one in leaf.within if "id" in one)
    return pages.block("/plan", owner["name"])


def activity_of(leaf: Leaf, pages: Pages) -> str:
    """The page of the activity that the leaf belongs to: by its number, its sentence, or as the drill."""
    owner = next(one for one in leaf.within if "name" in one or "assigned" in one)
    if "assigned" in owner:
        return f"/activities/{pages.row(Activity, text=owner['text']).id}"
    known = {"key": owner["id"]} if "id" in owner else {"kind": ActivityKind.DRILL}
    return f"/activities/{pages.row(Activity, **known).id}"


def contest_of(leaf: Leaf, pages: Pages) -> str:
    activity = pages.row(Activity, key=leaf.within[0]["id"])
    return f"/contests/{db.session.scalars(sa.select(Contest).filter_by(activity_id=activity.id)).one().id}"


def work_of(leaf: Leaf, pages: Pages) -> str:
    return f"/communications/{pages.row(Communication, text=leaf.within[0]['text']).id}"


def roadshow(leaf: Leaf, pages: Pages) -> str:
    return pages.main("/roadshow")


# Where each leaf stands; the first rule that fits.
RULES: list[tuple[str, Any]] = [
    (r"^campaign_event\.theme", whole("/campaign")),
    (r"^campaign_event\.time", whole("/campaign")),
    (r"^campaign_event\.\w+\.orgs", whole("")),
    (r"^campaign_event\.", whole("/plan")),
    (r"^clusters\[\d+\]\.(?:name|host\.org|participants\[\d+\]\.org|days|venue\.name)$", roadshow),
    (r"^clusters\[", in_cluster),
    (r"^activities_scope\.", whole("/plan")),
    (r"^contests\[\d+\]\.name$", whole(contest_of)),
    (r"^(?:exhibition_spaces|security_drill|contests)\b", whole(activity_of)),
    (r"^finale\.agenda\[", item_of_finale),
    (r"^finale\.attendees\.groups", group_of_finale),
    (r"^finale\.attendees\.count", hall_of_finale),
    (r"^finale\.attendees\.text", of_finale("/plan")),
    (r"^finale\.(?:title|venue|lead|coordinating)", of_finale("")),
    (r"^communication\[", whole(work_of)),
    (r"^timeline\[", beside("/plan", "text")),
    (r"^document\.(?:number\.serial|number\.symbol|number\.text)$", whole("/documents")),
    (r"^document\.province_code$", whole("")),
    (r"^document\.legal_basis\[", beside("/documents", "ref", "text")),
    (r"^document\.references\[", beside("/documents", "ref")),
    (r"^document\.recipients\[", beside("/documents", "text")),
    (r"^document\.", whole("/documents")),
    (r"^(?:purposes|requirements|findings)\[", whole("")),
    (r"^event\.(?:time|form|scale|venues|host|implementing)\b", whole("/plan")),
    (r"^event\.(?:short_name|title)$", whole("")),
    (r"^(?:event\.)?budget\[", beside("/budget", "text")),
    (r"^agenda\[", whole(item_of)),
    (r"^rituals\[", whole(ritual_of)),
    (r"^follow_up\[", whole(follow_up_of)),
    (r"^delegates\.title|^delegates\.by_site\[\d+\]\.heading", whole("/plan")),
    (r"^delegates\.by_site\[\d+\]\.groups", whole(group_of)),
    (r"^campaign\.(?:target|actor|number)", beside("/movement", "actor")),
    (r"^campaign\.", whole("/movement")),
    (r"^training\.target_groups\[", beside("/movement", "agency")),
    (r"^training\.", whole("/movement")),
    (r"^plan_items\[\d+\]\.indicators\[\d+\]\.targets", beside("/indicators", "metric")),
    (r"^plan_items\[\d+\]\.indicators", beside("/indicators", "text")),
    (r"^directives\[\d+\]\.recurrence\.", whole(duty_of)),
    (r"^plan_items\[\d+\]\.timing\.window", beside_item),
    (r"^(?:plan_items|tasks|directives)\[", whole(task_of)),
    (r"^meeting\.", whole(meeting_of)),
    (r"^key_dates\[", beside("/plan", "what")),
    (r"^closing_instruction\.|^source_anomalies\[", whole("/documents")),
]

# Where a page says in words of its own what the file says in a word for the program.
SAYS: list[tuple[str, dict[str, str]]] = [
    (r"deadline_semantics$", {"inclusive": "chậm nhất", "exclusive": "trước ngày"}),
    (r"\.target_semantics$", {"minimum": "tối thiểu"}),
    (r"\.targets\[\d+\]\.op$", {">=": "tối thiểu", ">": "trên", "=": "đúng"}),
    (r"\.status$", {"completed": "hoàn thành"}),
    (r"\.rrule$", {"FREQ=WEEKLY;BYDAY=MO": "thứ hai"}),
    (r"^document\.province_code$", {"51": "quảng ngãi", "75": "đồng nai"}),
    (r"^clusters\[\d+\]\.id$", {"finale": "finale"}),
]


def in_words(leaf: Leaf) -> Leaf:
    for pattern, said in SAYS:
        if re.search(pattern, leaf.path) and isinstance(leaf.value, str):
            meaning = next((words for word, words in said.items() if word in leaf.value), leaf.value)
            return leaf._replace(value=meaning)
    return leaf


def where(leaf: Leaf) -> Any:
    return next((find for pattern, find in RULES if re.search(pattern, leaf.path)), None)


def missing(data: dict[str, Any], pages: Pages) -> list[str]:
    """The leaves that stand on no page of their noun."""
    lost = []
    for leaf in leaves(data):
        if NO_FIGURE.search(leaf.path):
            continue
        find = where(leaf)
        if find is None or not holds(find(leaf, pages), in_words(leaf)):
            lost.append(f"{leaf.path} = {leaf.value!r}"[:160])
    return lost


@pytest.mark.parametrize("number", PLANS)
def test_every_leaf_of_the_plan_stands_on_a_page_and_in_the_dump(app, client, number):
    said = yaml.safe_load(plan(number))
    host = factories.another_host() if number == "004" else factories.host()
    signed_in = client.sign_in(factories.organizer(organization=host))
    slug = operations.load_plan(plan(number), by=None).slugs[0]
    db.session.expire_all()
    event = event_by_slug(slug)

    assert missing(said, Pages(signed_in, event)) == []
    dumped = {leaf.path: leaf.value for leaf in leaves(yaml.safe_load(queries.as_yaml(event)))}
    assert dumped == {leaf.path: leaf.value for leaf in leaves(said) if leaf.path != "source_file"}
