"""Static files: names that change with the content, caching, compression, and that nothing is missing."""

import gzip
import re
from pathlib import Path

import brotli
import pytest
from fontTools.ttLib import TTFont

from config import TestConfig
from eventsvc.app import create_app
from eventsvc.web import assets
from scripts import vendor

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STATIC = ROOT / "eventsvc" / "static"
VIETNAMESE = (
    "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
    "AÀẢÃÁẠĂẰẲẴẮẶÂẦẨẪẤẬBCDĐEÈẺẼÉẸÊỀỂỄẾỆGHIÌỈĨÍỊKLMNOÒỎÕÓỌÔỒỔỖỐỘƠỜỞỠỚỢPQRSTUÙỦŨÚỤƯỪỬỮỨỰVXYỲỶỸÝỴ"
)


@pytest.fixture
def web(tmp_path):
    """A client of the application; static files need no database."""
    return create_app(TestConfig(tmp_path)).test_client()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A static folder of our own: one style sheet that names one font."""
    static = tmp_path / "static"
    (static / "css").mkdir(parents=True)
    (static / "fonts").mkdir()
    (static / "fonts" / "a.woff2").write_bytes(b"font")
    (static / "css" / "a.css").write_text('@font-face { src: url("../fonts/a.woff2") }', "utf-8")
    monkeypatch.setattr(assets, "FOLDER", static)
    assets.load.cache_clear()
    yield static
    assets.load.cache_clear()


def address(web, path: str) -> str:
    with web.application.test_request_context():
        return assets.asset_url(path)


def test_an_address_changes_with_the_content_of_the_file_or_of_a_file_it_names(web, folder):
    before = address(web, "css/a.css")

    (folder / "fonts" / "a.woff2").write_bytes(b"another font")
    assets.load.cache_clear()

    after = address(web, "css/a.css")
    assert re.fullmatch(r"/static/css/a\.[0-9a-f]{12}\.css", before)
    assert after != before


def test_a_file_is_read_once_in_production_and_again_after_a_change_while_debugging(web, folder):
    first = address(web, "fonts/a.woff2")
    (folder / "fonts" / "a.woff2").write_bytes(b"changed")

    kept = address(web, "fonts/a.woff2")
    web.application.debug = True
    seen = address(web, "fonts/a.woff2")

    assert kept == first
    assert seen != first


def test_an_unknown_file_is_an_error_in_the_template(web):
    with pytest.raises(LookupError, match="css/nothing.css"):
        address(web, "css/nothing.css")


def test_a_hashed_name_may_be_kept_for_a_year_and_a_plain_one_is_asked_for_again(web):
    hashed = web.get(address(web, "css/base.css"))
    plain = web.get("/static/css/base.css")

    assert hashed.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert plain.headers["Cache-Control"] == "no-cache"
    assert hashed.data == plain.data
    assert hashed.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in hashed.headers


def test_the_name_of_an_earlier_version_gives_todays_file_without_being_kept(web):
    response = web.get("/static/css/base.0123456789ab.css")

    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("css/base.css", "text/css; charset=utf-8"),
        ("js/board.js", "text/javascript; charset=utf-8"),
        ("icons.svg", "image/svg+xml; charset=utf-8"),
        ("fonts/ev-num.woff2", "font/woff2"),
        ("vendor/zxing-wasm-3.1.4/zxing_reader.wasm", "application/wasm"),
        ("vendor/idb-8.0.4/LICENSE", "text/plain; charset=utf-8"),
    ],
)
def test_every_kind_of_file_says_what_it_is(web, path, content_type):
    assert web.get(f"/static/{path}").headers["Content-Type"] == content_type


def test_text_is_compressed_for_those_who_accept_it(web):
    plain = web.get("/static/css/base.css")
    packed = web.get("/static/css/base.css", headers={"Accept-Encoding": "gzip, br"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2
    assert "Content-Encoding" not in plain.headers
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert plain.headers["ETag"] != packed.headers["ETag"]


def test_webassembly_is_sent_in_brotli_to_those_who_accept_it(web):
    path = "/static/vendor/zxing-wasm-3.1.4/zxing_reader.wasm"

    packed = web.get(path, headers={"Accept-Encoding": "gzip, br"})
    gzipped = web.get(path, headers={"Accept-Encoding": "gzip"})

    assert packed.headers["Content-Encoding"] == "br"
    assert packed.headers["Content-Type"] == "application/wasm"
    assert brotli.decompress(packed.data) == gzip.decompress(gzipped.data) == web.get(path).data
    assert len(packed.data) < len(gzipped.data)


def test_a_font_is_not_compressed_twice(web):
    response = web.get("/static/fonts/ev-num.woff2", headers={"Accept-Encoding": "gzip"})

    assert "Content-Encoding" not in response.headers


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_who_has_the_file_is_not_sent_it_again(web, encoding):
    headers = {"Accept-Encoding": encoding}
    tag = web.get("/static/css/base.css", headers=headers).headers["ETag"]

    response = web.get("/static/css/base.css", headers={**headers, "If-None-Match": tag})

    assert (response.status_code, response.data) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "css/nothing.css",
        "css",
        "",
        "../app.py",
        "css/../../app.py",
        "%2e%2e/app.py",
        "/etc/passwd",
        "css/base.css\0",
    ],
)
def test_only_files_of_the_static_folder_are_served(web, path):
    assert web.get(f"/static/{path}", follow_redirects=True).status_code == 404


def test_only_a_worker_may_compile_wasm(web, folder):
    (folder / "js").mkdir()
    (folder / "js" / "scan-worker.js").write_text("onmessage = () => {};", "utf-8")
    (folder / "js" / "scan.js").write_text("export {};", "utf-8")

    worker = web.get("/static/js/scan-worker.js").headers["Content-Security-Policy"]
    page = web.get("/static/js/scan.js").headers["Content-Security-Policy"]

    assert "'wasm-unsafe-eval'" in worker
    assert "'wasm-unsafe-eval'" not in page


def test_references_inside_our_files_lead_to_hashed_files(web):
    style = web.get("/static/css/base.css").text

    urls = re.findall(r'url\("\.\./([^"]+)"\)', style)
    caching = {url: web.get(f"/static/{url}").headers["Cache-Control"] for url in urls}

    assert len(urls) == 3
    assert set(caching.values()) == {assets.YEAR}


def test_modules_that_import_each_other_and_words_that_look_like_paths_are_left_alone(web, folder):
    (folder / "js").mkdir()
    (folder / "js" / "a.js").write_text('import "./b.js"; const word = "./none.js";', "utf-8")
    (folder / "js" / "b.js").write_text('import "./a.js";', "utf-8")

    text = web.get("/static/js/a.js").text

    assert re.fullmatch(r'import "\./b\.[0-9a-f]{12}\.js"; const word = "\./none\.js";', text)


def test_every_asset_that_a_template_names_exists():
    named = {
        path for file in TEMPLATES for path in re.findall(r"asset\(['\"]([^'\"]+)['\"]\)", file.read_text())
    }

    assert {path for path in named if not (STATIC / path).is_file()} == set()
    assert "css/base.css" in named


def test_every_icon_that_a_template_names_exists():
    drawn = set(re.findall(r'<symbol id="([a-z]+)"', (STATIC / "icons.svg").read_text()))
    named = {
        name
        for file in TEMPLATES
        for name in re.findall(r"(?:\bicon\(|icon_name=)[\"']([a-z]+)[\"']", file.read_text())
    }

    assert named - drawn == set()
    assert "check" in named


def test_the_vendored_files_are_the_ones_that_were_locked():
    vendor.check(vendor.read_lock())


def test_a_changed_vendored_file_is_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr(vendor, "ROOT", tmp_path)
    monkeypatch.setattr(vendor, "TARGET", tmp_path / "vendor")
    (tmp_path / "vendor" / "a-1").mkdir(parents=True)
    (tmp_path / "vendor" / "a-1" / "a.js").write_text("changed", "utf-8")

    with pytest.raises(vendor.VendorError, match="changed: vendor/a-1/a.js"):
        vendor.check([{"name": "a", "version": "1", "files": {"dist/a.js": vendor.sha256(b"as it was")}}])


def test_every_vendored_package_and_font_comes_with_its_licence():
    folders = [path for path in (STATIC / "vendor").iterdir() if path.is_dir()]

    assert len(folders) == len(vendor.read_lock("packages"))
    assert [path.name for path in folders if not (path / "LICENSE").is_file()] == []
    assert {path.name for path in (STATIC / "fonts").glob("*.txt")} == {
        "be-vietnam-pro-OFL.txt",
        "ev-num-OFL.txt",
    }


@pytest.mark.parametrize("weight", [400, 600])
def test_the_fonts_have_every_vietnamese_letter(weight):
    letters = TTFont(STATIC / "fonts" / f"be-vietnam-pro-{weight}.woff2").getBestCmap()

    assert {letter for letter in VIETNAMESE if ord(letter) not in letters} == set()


def test_the_digits_of_clocks_have_one_width():
    font = TTFont(STATIC / "fonts" / "ev-num.woff2")

    widths = {font["hmtx"][font.getBestCmap()[ord(digit)]][0] for digit in "0123456789"}

    assert len(widths) == 1
