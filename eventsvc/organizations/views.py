"""Organizations on a day: the tree of units, agencies, and a search that ignores diacritics."""

from datetime import date

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from eventsvc import clock
from eventsvc.accounts.access import requires
from eventsvc.accounts.permissions import Permission
from eventsvc.organizations import labels, queries  # noqa: F401  (labels registers the words)
from eventsvc.organizations.models import Level

bp = Blueprint("organizations", __name__)

LONGEST_QUERY = 200


@bp.get("/organizations")
@requires(Permission.READ_EVENT)
def index():
    typed = request.args.get("on", "")
    on = _day(typed)
    q = request.args.get("q", "")[:LONGEST_QUERY].strip()
    provinces = queries.provinces()
    codes = [code for code, _name in provinces]
    province = request.args.get("province", "")
    province = province if province in codes else codes[0]
    day = on or clock.today()
    found = queries.search(q, on=day, limit=None) if q else []
    tree = None if q else queries.tree(province, day)
    return render_template(
        "organizations/index.html",
        q=q,
        on=day,
        error=_("This is not a day. Example: 14/04/2022.") if typed and on is None else None,
        provinces=provinces,
        province=province,
        found=found,
        above=queries.parent_names(found, day),
        tree=tree,
        counts={level: _count(tree, level) for level in (Level.DISTRICT, Level.COMMUNE)},
        agencies=[] if q else queries.agencies(province, day),
    )


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed) if typed else clock.today()
    except ValueError:
        return None


def _count(node: queries.Node | None, level: Level) -> int:
    if node is None:
        return 0
    return (node.organization.level is level) + sum(_count(child, level) for child in node.children)
