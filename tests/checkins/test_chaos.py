"""Devices that upload while their server is killed: nothing is lost, nothing is double, the right one is first."""

import pytest

from config import TestConfig
from eventsvc.db import db
from tests import houses
from tests.checkins import chaos


@pytest.mark.parametrize("size", [chaos.Size(devices=24, scans=4800)], ids=str)
def test_a_server_that_is_killed_again_and_again_loses_nothing(app, size):
    config = TestConfig(app.config["INSTANCE_PATH"], app.config["SQLALCHEMY_DATABASE_URI"])
    db.session.remove()
    houses.hang_up()

    result = chaos.run(config, size, lives_seconds=0.2)

    assert result.kills >= 1, result
    assert (result.stored, result.is_sound) == (size.scans, True), result.describe()
