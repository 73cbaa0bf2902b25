"""What the plan of a campaign may say: clusters, spaces of the exhibition, a drill, contests, the finale."""

import re
from typing import Any

from flask_babel import gettext as _

from eventsvc.agenda.models import ItemKind
from eventsvc.campaigns.activity_models import ActivityKind
from eventsvc.campaigns.communication_models import Channel
from eventsvc.campaigns.roadshow_operations.clusters import MOST_DAYS
from eventsvc.contests.award_operations import MOST_AMOUNT
from eventsvc.plans.fields import (
    OPTIONAL,
    REQUIRED,
    STATED,
    Check,
    Choice,
    Clock,
    Count,
    Day,
    Field,
    Items,
    Mapping,
    OnlyFalse,
    Text,
    Texts,
)
from eventsvc.plans.parsing import Node

KINDS = ("campaign", "digital_transformation_day_roadshow")
"""Words for one and the same kind; without a file it is the first."""
FINALE = "finale"


class Key(Field):
    """A whole number, or a short word: how a plan calls a cluster."""

    def value(self, node: Node, path: str, check: Check) -> int | str | None:
        key = node.value
        if isinstance(key, int) and not isinstance(key, bool) and 0 < key < 1000:
            return key
        if isinstance(key, str) and re.fullmatch(r"[\w.-]{1,36}", key):
            return int(key) if key.isascii() and key.isdigit() and key[0] != "0" and len(key) < 4 else key
        check.add(node, path, _("This must be a number or a short word."))
        return None


_CITE = Text(OPTIONAL, 200)
_NOTE = Text(OPTIONAL)
_CITED: dict[str, Field] = {"text": Text(REQUIRED), "cite": _CITE}
_ORGANIZATION = Text(REQUIRED, 300)
_UNIT: dict[str, Field] = {"org": _ORGANIZATION, "district_code": Text(STATED, 8)}
_TIME_FIELDS: dict[str, Field] = {
    "text": Text(OPTIONAL, 1000),
    "start": Day(OPTIONAL),
    "end": Day(OPTIONAL),
    "opens": Clock(OPTIONAL),
    "closes": Clock(OPTIONAL),
}
_TIME, _KNOWN_TIME = Mapping(STATED, _TIME_FIELDS), Mapping(OPTIONAL, _TIME_FIELDS)
_PLACE = Mapping(STATED, {"text": Text(REQUIRED, 300)})
_AGENCIES = Texts(longest=300)

CAMPAIGN_EVENT = Mapping(
    fields={
        "kind": Choice(REQUIRED, KINDS),
        "short_name": Text(OPTIONAL, 200),
        "title": Text(OPTIONAL, 2000),
        "theme": Mapping(STATED, {"text": Text(REQUIRED, 300), "cite": _CITE}),
        "time": Mapping(
            REQUIRED,
            {
                "text": Text(REQUIRED, 1000),
                "window_start": Day(STATED),
                "window_end": Day(STATED),
                "status": Text(OPTIONAL, 200),
                "cite": _CITE,
            },
        ),
        "place": Mapping(STATED, {"text": Text(REQUIRED), "status": Text(OPTIONAL, 200), "cite": _CITE}),
        "venue": Text(OPTIONAL, 1000),
        "host": Mapping(REQUIRED, _CITED),
        "organiser": Mapping(STATED, {"text": Text(STATED), "orgs": Texts(), "cite": _CITE}),
        "coordinating": Mapping(STATED, {"text": Text(STATED), "orgs": Texts(), "cite": _CITE}),
    }
)

STOP: dict[str, Field] = {
    "name": Text(REQUIRED, 200),
    "unit": Text(OPTIONAL, 300),
    "place": Text(OPTIONAL, 300),
    "start_date": Day(OPTIONAL),
    "days": Count(OPTIONAL, 1, MOST_DAYS),
    "opens": Clock(OPTIONAL),
    "closes": Clock(OPTIONAL),
    "capacity": Count(OPTIONAL, 1, 1_000_000),
    "teams": Texts(longest=200),
    "note": _NOTE,
}
"""Where a cluster halts. Without stops it halts at its host, on its own days."""

CLUSTER: dict[str, Field] = {
    "id": Key(REQUIRED),
    "name": Text(REQUIRED, 200),
    "days": Count(STATED, 1, MOST_DAYS),
    "start_date": Day(STATED),
    "end_date": Day(STATED),
    "host": Mapping(OPTIONAL, _UNIT),
    "participants": Items(fields=_UNIT, key="org"),
    "stops": Items(fields=STOP),
    "venue": Mapping(OPTIONAL, {"text": Text(OPTIONAL), "name": Text(REQUIRED, 1000)}),
    "text": Text(OPTIONAL),
    "cite": _CITE,
    "note": _NOTE,
}

_ALL_OF_ACTIVITY: dict[str, Field] = {
    "text": Text(OPTIONAL),
    "lead": _AGENCIES,
    "coordinating": _AGENCIES,
    "participants": Mapping(OPTIONAL, {"text": Text(REQUIRED)}),
    "place": Mapping(OPTIONAL, {"text": Text(REQUIRED, 300)}),
    "product": Mapping(OPTIONAL, {"text": Text(REQUIRED)}),
    "time": _KNOWN_TIME,
    "contents": Items(fields={"text": Text(REQUIRED)}),
    "cite": _CITE,
    "note": _NOTE,
}
"""What may be said of any activity."""

_ASSIGNED = {"text": Text(STATED), "lead": _AGENCIES, "coordinating": _AGENCIES}
_EXHIBIT: dict[str, Field] = {
    **{name: kind for name, kind in _ALL_OF_ACTIVITY.items() if name not in ("lead", "coordinating")},
    "text": Text(REQUIRED),
    "name": Text(OPTIONAL, 300),
    "assigned": Mapping(STATED, _ASSIGNED),
}

SPACE: dict[str, Field] = {
    "id": Text(REQUIRED, 40),
    "name": Text(REQUIRED, 300),
    "activities": Items(fields=_EXHIBIT),
    **_ALL_OF_ACTIVITY,
}

DRILL = Mapping(
    fields={
        "name": Text(REQUIRED, 300),
        **_ALL_OF_ACTIVITY,
        "lead": Texts(STATED, longest=300),
        "coordinating": Texts(STATED, longest=300),
        "place": _PLACE,
        "time": _TIME,
    }
)

AWARD: dict[str, Field] = {
    "name": Text(REQUIRED, 200),
    "prize": Text(OPTIONAL, 300),
    "amount": Count(OPTIONAL, 0, MOST_AMOUNT),
    "presenter": Text(OPTIONAL, 300),
}
"""A prize of a contest in dong, or in words."""

CONTEST: dict[str, Field] = {
    "id": Text(REQUIRED, 40),
    "name": Text(REQUIRED, 300),
    **_ALL_OF_ACTIVITY,
    "lead": Text(STATED, 300),
    "with": _AGENCIES,
    "participants": Mapping(STATED, {"text": Text(REQUIRED)}),
    "place": _PLACE,
    "time": _TIME,
    "awards": Items(fields=AWARD),
}

OTHER_KINDS = (
    ActivityKind.DRILL,
    ActivityKind.PERFORMANCE,
    ActivityKind.SEMINAR,
    ActivityKind.COMMUNICATION,
    ActivityKind.EXHIBIT,
    ActivityKind.OTHER,
)
ACTIVITY: dict[str, Field] = {
    "id": Text(REQUIRED, 40),
    "kind": Choice(REQUIRED, tuple(kind.value for kind in OTHER_KINDS)),
    "name": Text(REQUIRED, 300),
    "assigned": Text(OPTIONAL),
    **_ALL_OF_ACTIVITY,
}
"""An activity that is neither a space of the exhibition nor a contest: a performance, a seminar, one more drill."""

FINALE_ITEM: dict[str, Field] = {
    "order": Count(REQUIRED, 1),
    "kind": Choice(REQUIRED, tuple(kind.value for kind in ItemKind)),
    "text": Text(REQUIRED, 2000),
    "speaker": Text(OPTIONAL, 1000),
    "position": Text(OPTIONAL, 1000),
    "start": Clock(OPTIONAL),
    "pinned": Clock(OPTIONAL),
    "duration_min": Count(OPTIONAL, 1, 24 * 60),
    "cue": Text(OPTIONAL, 12),
    "public": OnlyFalse(OPTIONAL),
    "mc_line": Text(OPTIONAL),
    "sound": Text(OPTIONAL),
    "light": Text(OPTIONAL),
    "screen": Text(OPTIONAL),
    "line": Text(OPTIONAL),
    "reception": Text(OPTIONAL),
    "note": _NOTE,
}
"""An item of the finale; where it stands beside the stage, and its rituals, are the finale's own plan."""

FINALE_PROGRAMME = Mapping(
    fields={
        "title": Mapping(REQUIRED, {"text": Text(REQUIRED, 2000), "cite": _CITE}),
        "short_name": Text(OPTIONAL, 200),
        "lead": Text(STATED, 300),
        "coordinating": Texts(longest=300),
        "venue": Mapping(STATED, {"name": Text(REQUIRED, 1000), "cite": _CITE}),
        "date": Day(STATED),
        "attendees": Mapping(
            STATED,
            {
                "text": Text(STATED),
                "count": Count(STATED, 1, 100_000),
                "groups": Texts(longest=2000),
                "cite": _CITE,
            },
        ),
        "agenda": Items(fields=FINALE_ITEM, key="order"),
        "cite": _CITE,
    }
)

COMMUNICATION: dict[str, Field] = {
    "text": Text(REQUIRED),
    "channel": Choice(OPTIONAL, tuple(channel.value for channel in Channel)),
    "owner": Text(OPTIONAL, 300),
    "start": Day(OPTIONAL),
    "end": Day(OPTIONAL),
    "cite": _CITE,
}

MILESTONE: dict[str, Field] = {
    "order": Count(REQUIRED, 1),
    "text": Text(REQUIRED),
    "window_start": Day(STATED),
    "window_end": Day(STATED),
    "precision": Text(OPTIONAL, 1000),
}

CAMPAIGN: dict[str, Field] = {
    "campaign_event": CAMPAIGN_EVENT,
    "clusters": Items(fields=CLUSTER, key="id"),
    "activities_scope": Mapping(OPTIONAL, _CITED),
    "exhibition_spaces": Items(fields=SPACE, key="id"),
    "security_drill": DRILL,
    "contests": Items(fields=CONTEST, key="id"),
    "activities": Items(fields=ACTIVITY, key="id"),
    "finale": FINALE_PROGRAMME,
    "communication": Items(fields=COMMUNICATION),
    "timeline": Items(fields=MILESTONE, key="order"),
    "timeline_cite": _CITE,
}
"""The sections that only the plan of a campaign has."""


def is_campaign(sections: Any) -> bool:
    return "campaign_event" in sections
