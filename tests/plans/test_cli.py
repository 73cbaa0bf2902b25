"""The commands: slugs alone on standard output, everything else beside it."""

import pytest
import sqlalchemy as sa
import yaml

from eventsvc.agenda import operations as agenda
from eventsvc.db import db
from eventsvc.events import operations as events
from eventsvc.events.models import Event
from eventsvc.events.queries import event_by_slug
from tests.plans import plan


@pytest.fixture
def run(app, tmp_path):
    """Runs `flask plans …`; a plan file is written beside it under the name that stands for it."""

    def run(*args: str, file: bytes | None = None):
        if file is not None:
            path = tmp_path / "plan.yaml"
            path.write_bytes(file)
            args = (*args, str(path))
        result = app.test_cli_runner().invoke(args=["plans", *args])
        db.session.expire_all()
        return result

    return run


def count() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Event))


def test_load_prints_the_slug_it_made_and_the_same_slug_again(run):
    first = run("load", file=plan("001"))
    second = run("load", file=plan("001"))

    assert (first.exit_code, first.stdout) == (0, "le-phat-dong-2023\n")
    assert first.stderr.splitlines() == [
        "Điểm cầu: 1 điểm cầu chính, 13 cấp huyện, 173 cấp xã.", "Đã tạo: le-phat-dong-2023",
    ]  # fmt: skip
    assert (second.exit_code, second.stdout) == (0, "le-phat-dong-2023\n")
    assert second.stderr == "Tệp không có thay đổi nào.\n"
    assert count() == 1


def test_plans_of_work_print_their_slugs_too(run):
    year, conclusions = run("load", file=plan("002")), run("load", file=plan("003"))

    assert year.stdout == "hoat-dong-cua-ban-chi-dao-chuyen-doi-so-2022\n"
    assert year.stderr.splitlines()[0] == (
        "Nhiệm vụ: 6, nội dung kế hoạch: 11, nội dung chỉ đạo: 0, chỉ tiêu: 7."
    )
    assert conclusions.stdout.startswith("cuoc-hop-nghe-bao-cao-")
    dumped = yaml.safe_load(run("dump", conclusions.stdout.strip()).stdout)
    wanted = yaml.safe_load(plan("003"))
    del wanted["source_file"]
    assert dumped == wanted


def test_a_dry_run_says_what_it_would_make_and_makes_nothing(run):
    result = run("load", "--dry-run", file=plan("000"))

    assert (result.exit_code, result.stdout) == (0, "")
    assert "Sẽ tạo: le-khai-truong-2022" in result.stderr
    assert count() == 0


def test_a_changed_file_is_shown_and_then_taken_up(run, organizer):
    run("load", file=plan("001"))
    event = event_by_slug("le-phat-dong-2023")
    agenda.edit_item(event.agenda_items[0], {"title": "Khai mạc."}, by=organizer)
    changed = plan(
        "001",
        ("Tuyên bố lý do và giới thiệu đại biểu.", "Tuyên bố lý do."),
        ("Kết thúc Lễ phát động phong trào.", "Bế mạc."),
    )

    shown = run("load", file=changed)
    assert shown.exit_code == 0
    assert shown.stderr.splitlines() == [
        "agenda[1].text: Khai mạc. → Tuyên bố lý do. (giữ nguyên: đã được chỉnh sửa tại đây)",
        "agenda[5].text: Kết thúc Lễ phát động phong trào. → Bế mạc.",
        "Có 1 thay đổi chưa được cập nhật: dùng --update. Đã chỉnh sửa tại đây và được giữ nguyên: 1.",
    ]
    assert [item.title for item in event.agenda_items][::4] == [
        "Khai mạc.",
        "Kết thúc Lễ phát động phong trào.",
    ]

    taken = run("load", "--update", file=changed)

    assert (taken.exit_code, taken.stdout) == (0, "le-phat-dong-2023\n")
    assert [item.title for item in event.agenda_items][::4] == ["Khai mạc.", "Bế mạc."]


def test_a_campaign_prints_its_slug_and_that_of_its_finale(run):
    first, second = run("load", file=plan("004")), run("load", file=plan("004"))

    slugs = [
        "cac-hoat-dong-huong-ung-ngay-chuyen-doi-so-2024",
        "chuong-trinh-chao-mung-ngay-chuyen-doi-so-quoc-gia-2024",
    ]
    assert first.stdout.split() == second.stdout.split() == slugs
    assert first.stderr.splitlines() == [
        "Cụm: 3, đơn vị: 11, điểm dừng: 3, hoạt động: 19, trong đó cuộc thi: 6, nhiệm vụ: 34.",
        f"Đã tạo: {', '.join(slugs)}",
    ]
    finale = yaml.safe_load(run("dump", slugs[1]).stdout)
    assert [item["kind"] for item in finale["agenda"]].count("award") == 1


def test_as_of_takes_the_units_of_another_day(run):
    result = run("load", "--as-of", "2026-11-22", file=plan("001"))

    assert result.exit_code == 0
    assert "danh mục đơn vị hành chính ngày 22/11/2026 có 96" in result.stderr


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (plan("004", ("clusters:", "stations:")), "Mục “stations” chưa có nơi lưu trữ."),
        (plan("001", ("  short_name: Lễ phát động\n", "")), "event.short_name: Thiếu trường thông tin này."),
        (
            plan("001", ('province_code: "51"', 'province_code: "99"')),
            "Dòng 11, document.province_code: Không có tỉnh",
        ),
        (b"%PDF-1.7", "Đây không phải là tệp văn bản. Tệp kế hoạch là YAML ở dạng UTF-8."),
        (b"\xff\xfea", "Tệp ở dạng UTF-16."),
        (b"a: " + b"x" * 2_000_000, "Tệp lớn hơn 1 MB."),
        (b"a: &a [1]\nb: *a\n", "Dòng 1: Tệp kế hoạch không dùng tham chiếu (& và *)."),
        (b"[" * 5000, "Dòng 1: Tệp có quá nhiều cấp lồng nhau."),
        (b"- 1\n", "Dòng 1: Tệp kế hoạch gồm các mục có tên"),
    ],
)
def test_a_bad_file_is_refused_in_a_sentence_and_nothing_is_stored(run, file, sentence):
    result = run("load", file=file)

    assert (result.exit_code, result.stdout) == (1, "")
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr
    assert count() == 0


def test_dump_writes_the_plan_back(run):
    run("load", file=plan("000"))

    result = run("dump", "le-khai-truong-2022")

    wanted = yaml.safe_load(plan("000"))
    del wanted["source_file"]
    assert yaml.safe_load(result.stdout) == wanted
    missing = run("dump", "no-such-event")
    assert (missing.exit_code, missing.stdout) == (1, "")
    assert missing.stderr == "Không có sự kiện “no-such-event”.\n"


def test_a_dump_of_an_edited_event_changes_nothing_when_loaded(run, organizer):
    run("load", file=plan("001"))
    event = event_by_slug("le-phat-dong-2023")
    events.edit_event(
        event, {"title": "Lễ phát động toàn tỉnh", "window_text": "Ngày 20/7/2023"}, by=organizer
    )
    dumped = run("dump", event.slug).stdout.encode()

    result = run("load", "--update", file=dumped)

    assert (result.exit_code, result.stdout) == (0, "le-phat-dong-2023\n")
    assert result.stderr == "Tệp không có thay đổi nào.\n"
    assert run("dump", event.slug).stdout.encode() == dumped
