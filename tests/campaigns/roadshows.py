"""Plan 004 as the tests of roadshows need it: a campaign of Đồng Nai, Cụm 1 and Cụm 2 with their eleven districts."""

from datetime import date, time
from typing import Any

from eventsvc.campaigns import roadshow_operations as roadshow
from eventsvc.campaigns.models import Cluster, ClusterKind, Stop
from eventsvc.campaigns.roadshow_operations import StopDetails
from eventsvc.events.models import Event, EventKind
from eventsvc.organizations import queries as organizations
from tests import factories

UNITS_AS_OF = date(2024, 7, 30)
HOST_1 = "UBND huyện Định Quán"
CLUSTER_1 = (
    "UBND huyện Tân Phú, UBND huyện Vĩnh Cửu, UBND huyện Xuân Lộc, UBND huyện Thống Nhất, "
    "UBND thành phố Long Khánh"
)
HOST_2 = "UBND huyện Trảng Bom"
CLUSTER_2 = ["UBND thành phố Biên Hòa", "UBND huyện Nhơn Trạch", "UBND huyện Cẩm Mỹ", "UBND huyện Long Thành"]


def campaign(**details: Any) -> Event:
    made = factories.event(
        title="Các hoạt động hưởng ứng ngày chuyển đổi số tỉnh Đồng Nai năm 2024",
        short_title="Ngày chuyển đổi số Đồng Nai",
        host=organizations.host_for("75", UNITS_AS_OF),
        kind=EventKind.CAMPAIGN,
        units_as_of=UNITS_AS_OF,
        **(
            {
                "window_text": "Từ tháng 8/2024 đến ngày 10/10/2024",
                "window_start": date(2024, 8, 1),
                "window_end": date(2024, 10, 10),
            }
            | details
        ),
    )
    return made


def clusters(event: Event) -> tuple[Cluster, Cluster, Cluster]:
    """Both clusters with all eleven districts, and the finale."""
    first = roadshow.make_cluster(event, name="Cụm 1", key="1", days=2, by=None)
    roadshow.set_units(first, host=HOST_1, participants=[CLUSTER_1], by=None)
    second = roadshow.make_cluster(event, name="Cụm 2", key="2", days=2, by=None)
    roadshow.set_units(second, host=HOST_2, participants=CLUSTER_2, by=None)
    finale = roadshow.make_cluster(
        event,
        name="Tổng kết",
        key="finale",
        kind=ClusterKind.FINALE,
        venue="Trung tâm Tổ chức Hội nghị và sự kiện tỉnh",
        by=None,
    )
    return first, second, finale


def stop(cluster: Cluster, starts_on: date | None = date(2024, 9, 5), **details: Any) -> Stop:
    """Two days at the host of the cluster, from eight to five."""
    host = next((unit for unit in cluster.units if unit.is_host), None)
    values = {
        "name": f"Chương trình {cluster.name}",
        "unit": host,
        "days": 2,
        "opens": time(8),
        "closes": time(17),
    } | details
    return roadshow.make_stop(cluster, StopDetails(starts_on=starts_on, **values), by=None)
