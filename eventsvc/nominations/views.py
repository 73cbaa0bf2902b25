"""The organizer's pages about organizations, as one blueprint: the list, and each organization with its names."""

from eventsvc.nominations import asking_views  # noqa: F401  (its routes)
from eventsvc.nominations.list_views import bp

__all__ = ["bp"]
