"""Take up a plan file: every line of it becomes a row of its own noun."""

from eventsvc.plans.operations.loading import Outcome, host_of, load_plan, preview_plan

__all__ = ["Outcome", "host_of", "load_plan", "preview_plan"]
