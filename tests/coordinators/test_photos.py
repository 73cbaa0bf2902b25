"""The photo of a hall: small, without where it was taken, for nobody but those who may."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa
from PIL import Image

from eventsvc.coordinators import pictures
from eventsvc.db import db
from eventsvc.files import operations as taking
from eventsvc.files import queries as files
from eventsvc.files.models import File
from eventsvc.sites import link_operations, link_queries, operations, report_operations, reporter
from eventsvc.sites.models import Site, SiteLevel
from tests import factories

GPS = 0x8825


@pytest.fixture
def site(app):
    event = factories.approved_event()
    operations.add_sites(event, SiteLevel.DISTRICT, by=None)
    site = factories.site_of(event, "536")
    link_operations.make_links(event, [site], by=None)
    return site


@pytest.fixture
def link(site):
    return "/s/" + link_queries.link_of(site).rpartition("/")[2]


def a_photo(kind: str = "JPEG", size: tuple[int, int] = (2400, 1800)) -> bytes:
    """A picture as a telephone takes it: lying on its side, with the place where it was taken."""
    image, made = Image.new("RGB", size, (90, 120, 60)), BytesIO()
    exif = image.getexif()
    exif[0x0112] = 6
    exif[0x010F] = "Maker of telephones"
    exif.get_ifd(GPS).update({1: "N", 2: (15.0, 7.0, 12.0), 3: "E", 4: (108.0, 48.0, 1.0)})
    image.save(made, kind, exif=exif)
    return made.getvalue()


def send(client, link: str, content: bytes, name: str = "hoi-truong.jpg"):
    data = {"csrf_token": client.csrf(), "photo": (BytesIO(content), name)}
    answer = client.http.post(f"{link}/photo", data=data)
    db.session.rollback()
    return answer


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_photo_is_kept_small_upright_and_without_its_place(site, link, client, kind):
    before = Image.open(BytesIO(a_photo(kind)))
    assert before.getexif().get_ifd(GPS), "there is something to strip"

    assert send(client, link, a_photo(kind), f"anh.{kind.lower()}").status_code == 302
    answer = client.http.get(f"{link}/photo.jpg")

    kept = Image.open(BytesIO(answer.data))
    assert kept.size == (960, 1280) and not kept.getexif() and "exif" not in kept.info
    stored = files.path_of(db.session.get(File, site.photo_id)).read_bytes()
    assert b"Maker of telephones" not in stored and b"GPS" not in stored
    assert (answer.headers["Cache-Control"], answer.mimetype) == ("no-store", "image/jpeg")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj\n%%EOF", "ke-hoach.jpg"),
        (a_photo()[:3000], "nua-anh.jpg"),
        (b"", "trong.jpg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "anh.svg"),
        (b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", "anh.gif"),
    ],
    ids=["pdf", "half", "empty", "svg", "gif"],
)
def test_what_is_no_photo_is_refused_beside_its_field(site, link, client, content, name):
    answer = send(client, link, content, name)

    assert answer.status_code == 422 and 'id="photo-error-1"' in answer.text
    assert site.photo_id is None


def test_a_picture_that_would_fill_the_memory_is_refused_unopened():
    flat = BytesIO()
    Image.new("1", (4001, 4000)).save(flat, "PNG")

    with pytest.raises(pictures.NoPicture, match="too many pixels"):
        pictures.small(flat)


@pytest.mark.parametrize("size", [16, 40])
def test_a_photo_of_too_many_megabytes_is_refused_with_a_sentence(site, link, client, size):
    answer = send(client, link, a_photo() + b"\0" * size * 2**20)

    assert answer.status_code == 413 and "Ảnh lớn hơn 15 MB" in answer.text
    assert site.photo_id is None


def test_a_photo_is_shown_to_those_who_may_see_sites_and_to_the_link_alone(site, link, client):
    send(client, link, a_photo(size=(400, 300)))
    address = f"/events/{site.event.slug}/sites/{site.code}/photo.jpg"
    other = factories.site_of(site.event, "535")
    link_operations.make_links(site.event, [other], by=None)
    elsewhere = link_queries.link_of(other).rpartition("/")[2]

    assert client.http.get(address).status_code == 302
    assert client.http.get(f"/s/{elsewhere}/photo.jpg").status_code == 404
    client.sign_in(factories.organizer())
    assert client.http.get(address).mimetype == "image/jpeg"
    client.post(f"{link}/photo/removed")
    assert site.photo_id is None and client.http.get(f"{link}/photo.jpg").status_code == 404


def test_a_photo_that_is_replaced_removed_or_goes_with_its_site_leaves_the_disk(site, link, client, app):
    other = factories.site_of(site.event, "535")
    link_operations.make_links(site.event, [other], by=None)
    others_link = "/s/" + link_queries.link_of(other).rpartition("/")[2]
    first, second = a_photo(size=(400, 300)), a_photo(size=(300, 400))

    def kept() -> tuple[int, int]:
        folder = Path(app.config["FILES_FOLDER"])
        rows = db.session.scalar(sa.select(sa.func.count()).select_from(File))
        return rows, sum(path.is_file() for path in folder.rglob("*"))

    send(client, link, first)
    send(client, others_link, first)
    assert kept() == (2, 1)
    send(client, link, second)
    assert kept() == (2, 2)
    client.post(f"{others_link}/photo/removed")
    assert kept() == (1, 1)
    send(client, link, second)
    assert kept() == (1, 1) and client.http.get(f"{link}/photo.jpg").status_code == 200
    operations.remove_site(site, by=None)
    assert kept() == (0, 0)


def test_the_same_photo_brought_and_taken_away_at_once_never_loses_its_content(site, app):
    """Whoever is told that a photo was kept finds it, whatever others do with the same picture."""
    event, content = site.event, a_photo(size=(40, 30))
    sites = [factories.site_of(event, code).id for code in ("522", "524", "525", "536")]
    start = Barrier(len(sites))
    db.session.rollback()

    def work(site_id: int) -> bool:
        with app.app_context():
            own, is_kept = db.session.get(Site, site_id), False
            who = reporter.of_site(own)
            start.wait(timeout=30)
            for _round in range(6):
                if is_kept:
                    report_operations.remove_photo(own, who)
                try:
                    report_operations.set_photo(own, taking.take_in(BytesIO(content), "anh.jpg"), who)
                except taking.WrongFile:
                    is_kept = False
                    continue
                is_kept = True
                assert files.path_of(db.session.get(File, own.photo_id)).read_bytes()
            db.session.remove()
            return True

    with ThreadPoolExecutor(len(sites)) as pool:
        assert all(pool.map(work, sites))
