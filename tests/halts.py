"""The route of a campaign, for the world of the tests of all routes: a row of everything that an address may name."""

from datetime import time
from typing import Any

from eventsvc.campaigns import roadshow_operations as roadshow
from eventsvc.campaigns import roadshow_queries as queries
from eventsvc.campaigns.roadshow_operations import (
    SittingDetails,
    StopDetails,
    TaskDetails,
    TemplateDetails,
)
from eventsvc.events.models import Event


def halts(event: Event, poison: str) -> dict[str, Any]:
    """Clusters, a unit, a stop and what every stop has; their ids by the names that addresses use."""
    taken = {unit.unit_code for cluster in queries.clusters_of(event) for unit in cluster.units}
    free = [unit for unit in queries.units_of_province(event) if unit.code not in taken]
    cluster = roadshow.make_cluster(
        event,
        name=f"Cụm{poison}"[:200],
        days=2,
        venue=f"Nhà văn hóa{poison}",
        note=f"Ghi chú{poison}",
        by=None,
    )
    host, guest = (queries.committee(unit) for unit in free[:2])
    roadshow.set_units(cluster, host=host, participants=[guest], by=None)
    details = StopDetails(
        name=f"Điểm dừng{poison}"[:200],
        unit=cluster.units[0],
        place=f"Sân vận động{poison}"[:300],
        starts_on=event.window_start,
        opens=time(8),
        closes=time(17),
        capacity=200,
        teams=[f"Đội văn nghệ{poison}"[:200]],
        note=f"Ghi chú{poison}",
    )
    stop = roadshow.make_stop(cluster, details, by=None)
    roadshow.set_travel_times(event, {(cluster.units[0].id, cluster.units[1].id): 40}, by=None)
    if queries.template_of(event) is None:
        plain = poison.replace("((rsvp_link))", "")  # a template says which fields there are
        roadshow.set_template(
            event,
            TemplateDetails(
                title=f"((stop)){plain}"[:300],
                agenda="roadshow",
                sittings=[SittingDetails(1, f"Khai mạc{poison}"[:200], time(8), time(11))],
                tasks=[TaskDetails(f"Bố trí mặt bằng{plain}", "((host))", 10)],
            ),
            by=None,
        )
    return {"cluster_id": cluster.id, "unit_id": cluster.units[0].id, "stop_id": stop.id}
