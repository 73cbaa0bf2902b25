"""Every change to the route of a campaign: clusters, units, stops, travel times, and events made of stops."""

from eventsvc.campaigns.roadshow_operations.clusters import (
    add_units,
    edit_cluster,
    enter_cluster,
    make_cluster,
    move_unit,
    remove_cluster,
    set_units,
)
from eventsvc.campaigns.roadshow_operations.making import make_event, make_ready_events
from eventsvc.campaigns.roadshow_operations.stops import (
    EventAnnounced,
    StopDetails,
    edit_stop,
    make_stop,
    move_stop,
    remove_stop,
)
from eventsvc.campaigns.roadshow_operations.templates import (
    SittingDetails,
    TaskDetails,
    TemplateDetails,
    set_template,
)
from eventsvc.campaigns.roadshow_operations.travel import paste_travel_times, set_travel_times

__all__ = [
    "EventAnnounced",
    "SittingDetails",
    "StopDetails",
    "TaskDetails",
    "TemplateDetails",
    "add_units",
    "edit_cluster",
    "edit_stop",
    "enter_cluster",
    "make_cluster",
    "make_event",
    "make_ready_events",
    "make_stop",
    "move_stop",
    "move_unit",
    "paste_travel_times",
    "remove_cluster",
    "remove_stop",
    "set_template",
    "set_travel_times",
    "set_units",
]
