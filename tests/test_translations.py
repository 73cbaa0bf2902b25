"""scripts/translations.py on a small project: what it takes up, keeps, drops and complains about."""

import json
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
import translations
from babel.messages.mofile import read_mo

ROOT = Path(__file__).resolve().parent.parent
CODE = """
_("Hello %(name)s"), _l("Board"), ngettext("%(num)s guest", "%(num)s guests", n)
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "eventsvc").mkdir()
    (tmp_path / "templates" / "web").mkdir(parents=True)
    shutil.copy(ROOT / "babel.cfg", tmp_path)
    (tmp_path / "eventsvc" / "views.py").write_text(CODE)
    (tmp_path / "templates" / "web" / "page.html").write_text('<h1>{{ _("Doors") }}</h1>')
    return tmp_path


COMPLETE = {
    "Hello %(name)s": "Kính chào %(name)s",
    "Board": "Bảng",
    "Doors": "Cửa",
    "%(num)s guest": ["%(num)s khách"],
}


def test_a_filled_catalogue_is_complete_and_compiled(project):
    translations.fill(project, COMPLETE)

    assert translations.problems(project) == []
    with open(translations.po_path(project).with_suffix(".mo"), "rb") as file:
        compiled = read_mo(file)
    assert compiled["Board"].string == "Bảng"
    assert tuple(compiled["%(num)s guest"].string) == ("%(num)s khách",)


def test_the_catalogue_is_the_same_whatever_the_order_and_has_no_dates_or_lines(project):
    translations.fill(project, COMPLETE)
    first = translations.po_path(project).read_text()
    translations.po_path(project).unlink()
    (project / "eventsvc" / "views.py").write_text("\n\n# moved down\n" + CODE)

    for msgid in reversed(COMPLETE):
        translations.fill(project, {msgid: COMPLETE[msgid]})

    assert translations.po_path(project).read_text() == first
    assert "Date" not in first
    assert "views.py" not in first


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"Board": ""}, "not translated: 'Board'"),
        (
            {"Hello %(name)s": "Kính chào %(ten)s"},
            "placeholders ['%(ten)s'] instead of ['%(name)s']: 'Hello %(name)s'",
        ),
        ({"Hello %(name)s": "Kính chào"}, "placeholders [] instead of ['%(name)s']: 'Hello %(name)s'"),
        ({"%(num)s guest": ["khách"]}, "placeholders [] instead of ['%(num)s']: '%(num)s guest'"),
        ({"Not there": "Không có"}, "no longer in the code: 'Not there'"),
    ],
)
def test_a_fault_is_named(project, change, complaint):
    translations.fill(project, COMPLETE | change)

    assert translations.problems(project) == [complaint]
    assert translations.main(["check"], project) == 1


def test_a_new_message_is_missing_until_it_is_taken_up(project):
    translations.fill(project, COMPLETE)
    (project / "templates" / "web" / "new.txt").write_text('{{ _("Seat") }}')

    assert translations.problems(project) == ["not in the catalogue: 'Seat'"]
    translations.extract(project)
    assert translations.problems(project) == ["not translated: 'Seat'"]


def test_extract_drops_what_the_code_no_longer_says_and_fill_does_not(project):
    translations.fill(project, COMPLETE)
    (project / "templates" / "web" / "page.html").unlink()

    translations.fill(project, {})
    assert translations.stored(project).get("Doors") is not None

    translations.extract(project)
    assert translations.stored(project).get("Doors") is None
    assert translations.problems(project) == []


def test_a_file_that_cannot_be_read_stops_extract_and_changes_nothing(project, capsys):
    translations.fill(project, COMPLETE)
    before = translations.po_path(project).read_bytes()
    (project / "templates" / "web" / "page.html").write_text("{% if %}")

    assert translations.main(["extract"], project) == 1
    assert "page.html" in capsys.readouterr().err
    assert translations.po_path(project).read_bytes() == before
    assert translations.fill(project, {"Board": "Bảng tin"}).startswith(
        "1 translations taken up\ncould not be read"
    )
    assert translations.stored(project).get("Doors").string == "Cửa"


def test_translations_are_stored_in_composed_form(project):
    translations.fill(project, {"Board": unicodedata.normalize("NFD", "Bảng")})

    assert translations.stored(project).get("Board").string == unicodedata.normalize("NFC", "Bảng")


def test_many_at_once_lose_nothing(project):
    names = [f"Word {number}" for number in range(12)]
    (project / "eventsvc" / "views.py").write_text("\n".join(f"_({name!r})" for name in names))
    code = "import sys, json, pathlib, translations as t; t.fill(pathlib.Path(sys.argv[1]), json.loads(sys.argv[2]))"

    runs = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(project), json.dumps({name: name.upper()})],
            cwd=ROOT / "scripts",
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        for name in names
    ]

    assert [run.wait(timeout=300) for run in runs] == [0] * len(names)
    assert {name: translations.stored(project).get(name).string for name in names} == {
        name: name.upper() for name in names
    }
