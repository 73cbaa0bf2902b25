"""`flask invitations send`: safe to repeat, says how many, refuses in a sentence."""

from datetime import timedelta

from eventsvc.events import operations as events
from eventsvc.invitations import operations, queries
from tests import factories
from tests.invitations import scenes


def run(app, *arguments: str):
    return app.test_cli_runner().invoke(args=["invitations", "send", *arguments])


def test_what_is_due_is_queued_once(app):
    event = scenes.ready_event()
    for _ in range(3):
        factories.guest(scenes.main_site(event))

    first, second = run(app, event.slug), run(app, event.slug)

    assert (first.exit_code, first.output) == (0, "3 invitations, 0 updates queued\n")
    assert (second.exit_code, second.output) == (0, "0 invitations, 0 updates queued\n")
    assert len(scenes.deliveries()) == 3


def test_one_site_alone(app):
    event = scenes.ready_event()
    school = factories.site(event)
    here, there = factories.guest(school), factories.guest(scenes.main_site(event))

    result = run(app, event.slug, "--site", school.code)

    assert result.output == "1 invitations, 0 updates queued\n"
    assert [queries.invitation_for(guest) is not None for guest in (here, there)] == [True, False]


def test_a_change_is_due_too(app):
    event = scenes.ready_event()
    factories.guest(scenes.main_site(event))
    operations.invite(event, by=None)
    scenes.send()
    sitting = event.sittings[0]
    events.propose_time(sitting, starts_at=sitting.starts_at + timedelta(days=1), ends_at=None, by=None)
    events.approve_time(sitting, by=None)

    assert run(app, event.slug).output == "0 invitations, 1 updates queued\n"


def test_a_refusal_is_a_sentence_and_exit_one(app):
    event = factories.event()

    results = [run(app, event.slug), run(app, "khong-co"), run(app, event.slug, "--site", "khong-co")]

    assert [result.exit_code for result in results] == [1, 1, 1]
    assert all(result.output.startswith("Error: ") and "Traceback" not in result.output for result in results)
    assert scenes.deliveries() == []
