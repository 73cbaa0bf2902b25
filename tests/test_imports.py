"""The architecture, held: imports point down, between features and between the rooms of one."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent / "eventsvc"

FEATURES = [
    "audit", "accounts", "files", "spreadsheets", "organizations", "people", "events", "deliveries", "documents",
    "sites", "link_tests", "halls", "announcements", "agenda", "stage", "guests", "invitations", "nominations",
    "seating", "reception", "coordinators", "checkins", "visitors", "tasks", "budgets",
    "movements", "campaigns", "contests", "commendations", "feeds", "plans", "reports", "privacy", "system",
]  # fmt: skip
SHARED = {
    "db",
    "clock",
    "errors",
    "extensions",
    "jobs",
    "text",
    "ical",
    "secrets",
    "qr",
    "logs",
    "rows",
    "pdf",
    "placeholders",
    "contacts",
}

PRESENTATION, FORMS, LABELS, OPERATIONS, MESSAGES, QUERIES, MODELS = range(7)
ROOMS = {
    "views": PRESENTATION,
    "api": PRESENTATION,
    "cli": PRESENTATION,
    "access": PRESENTATION,
    "schemas": PRESENTATION,
    "forms": FORMS,
    "labels": LABELS,
    "operations": OPERATIONS,
    "messages": MESSAGES,
    "queries": QUERIES,
    "permissions": MODELS,
    "models": MODELS,
}
OPEN_TO_OTHERS = {OPERATIONS, QUERIES, MODELS}
KNOWS_THE_REQUEST = {"request", "session", "g", "flash", "redirect", "url_for", "render_template"}


def modules():
    return sorted(path for path in ROOT.rglob("*.py") if path.name != "__init__.py")


def parts(path: Path) -> tuple[str | None, str]:
    """The feature of a file (None for shared modules) and the name of its room."""
    names = path.relative_to(ROOT).with_suffix("").parts
    return (None, names[0]) if len(names) == 1 else (names[0], names[1])


def room(name: str) -> int | None:
    """The height of a room; None for a pure module, which decides and touches nothing above models."""
    for word, height in ROOMS.items():
        if name == word or name.endswith("_" + word):
            return height
    return None


def imports(path: Path) -> list[tuple[str, list[str]]]:
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.append((node.module, [alias.name for alias in node.names]))
        elif isinstance(node, ast.Import):
            found += [(alias.name, []) for alias in node.names]
    return found


def house_imports(path: Path) -> list[tuple[str | None, str]]:
    """What a file imports from the house, as (feature, room)."""
    found: list[tuple[str | None, str]] = []
    for module, names in imports(path):
        head, *rest = module.split(".")
        if head != "eventsvc":
            continue
        if not rest:
            found += [(None, name) for name in names]
        elif len(rest) == 1 and (ROOT / rest[0]).is_dir():
            found += [(rest[0], name) for name in names]
        elif len(rest) == 1:
            found.append((None, rest[0]))
        else:
            found.append((rest[0], rest[1]))
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down(path):
    feature, name = parts(path)
    if path.name == "app.py" and feature is None:
        return
    height = room(name)
    for other, other_name in house_imports(path):
        where = f"{path.relative_to(ROOT)} imports {other}.{other_name}"
        if other is None:
            assert other_name in SHARED | {"app"}, where
            assert feature is None or other_name != "app" or feature == "system", where
            continue
        assert feature is not None or name == "jobs", f"{where}: a shared module knows no feature"
        if other == "web":
            assert feature == "web" or height in {PRESENTATION, FORMS, LABELS}, f"{where}: web is for views"
            continue
        if feature == "web":
            assert other in {"accounts", "audit"}, where
            continue
        if feature is None:
            continue
        other_height = room(other_name)
        if (other, other_name) == ("events", "permissions") and height == PRESENTATION:
            continue  # every page of an event loads it, and asks whether it may, at this one door
        if other != feature:
            assert FEATURES.index(other) < FEATURES.index(feature), f"{where}: that points up"
            shared_room = other_height is None or other_height in OPEN_TO_OTHERS or other_name == "access"
            assert shared_room, f"{where}: that room is private"
            if other_name == "access":
                assert height == PRESENTATION, where
        elif height is None:
            assert other_height is None or other_height == MODELS, f"{where}: a pure module decides, no more"
        elif other_height is not None:
            assert other_height >= height, f"{where}: that points up"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_only_views_know_the_request(path):
    feature, name = parts(path)
    if feature == "web" or room(name) == PRESENTATION or (feature is None and name == "app"):
        return
    for module, names in imports(path):
        if module == "flask":
            assert not KNOWS_THE_REQUEST & set(names), f"{path.relative_to(ROOT)} knows the request"


def test_commit_is_called_in_one_place():
    callers = [
        str(path.relative_to(ROOT))
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "commit"
    ]

    assert set(callers) == {"db.py"}


def test_every_feature_of_the_tree_is_known():
    packages = {path.name for path in ROOT.iterdir() if (path / "__init__.py").exists()}

    assert packages - {"web"} <= set(FEATURES)


def test_files_fit_in_a_head():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in modules()
        if (lines := len(path.read_text("utf-8").splitlines())) > 400
    }

    assert long == {}
