"""The words of what was done about clusters, stops and travel times, in the log."""

from flask_babel import lazy_gettext as _l

ACTIONS = {
    "cluster.edited": _l("Cluster changed"),
    "cluster.made": _l("Cluster added"),
    "cluster.removed": _l("Cluster removed"),
    "cluster.unit_moved": _l("Unit moved to another cluster or place"),
    "cluster.units_set": _l("Units of a cluster set"),
    "stop.edited": _l("Stop changed"),
    "stop.event_made": _l("Event made of a stop"),
    "stop.made": _l("Stop added"),
    "stop.moved": _l("Stop moved to another day"),
    "stop.removed": _l("Stop removed"),
    "stop_template.set": _l("What every stop has was changed"),
    "travel_times.set": _l("Travel times changed"),
}
