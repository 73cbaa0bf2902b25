"""The words of link tests for pages."""

from flask_babel import lazy_gettext as _l

from eventsvc.link_tests.models import LinkTestKind, TestResult
from eventsvc.link_tests.queries import Audience, Outcome
from eventsvc.web import labels

labels.register({LinkTestKind.LINK_TEST: _l("Link test"), LinkTestKind.REHEARSAL: _l("Rehearsal")})
labels.register(
    {
        TestResult.PASSED: _l("Passed"),
        TestResult.FAILED: _l("Did not pass"),
        TestResult.ABSENT: _l("Absent"),
    },
    {TestResult.PASSED: "ok", TestResult.FAILED: "err", TestResult.ABSENT: "warn"},
)
labels.register(
    {
        Outcome.COMING: _l("will be there"),
        Outcome.PASSED: _l("Passed"),
        Outcome.FAILED: _l("Did not pass"),
        Outcome.ABSENT: _l("Absent"),
        Outcome.OPEN: _l("Without a result"),
    }
)
labels.register(
    {
        Audience.BRIDGES: _l("All bridge sites"),
        Audience.LEVEL: _l("All sites of a level"),
        Audience.DISTRICT: _l("A district with the sites below it"),
        Audience.CLUSTER: _l("A cluster"),
        Audience.UNTESTED: _l("Sites without a passed link test"),
        Audience.CHOSEN: _l("Single sites"),
    }
)
