"""`flask guests import`: what it says, and to whom."""

from tests import factories

SHEET = "STT,Họ và tên,Chức vụ,Đơn vị\n1,Lê Văn Tám,Chuyên viên,Sở Y tế\n,Tổng cộng: 5 đại biểu,,\n"


def run(app, *arguments: str):
    return app.test_cli_runner().invoke(args=["guests", "import", *arguments])


def test_what_was_done_and_what_is_odd_is_said_in_vietnamese(app, tmp_path):
    event = factories.data_notice(factories.event())
    factories.main_site(event)
    sheet = tmp_path / "ds.csv"
    sheet.write_text(SHEET, "utf-8")

    first = run(app, event.slug, str(sheet))
    again = run(app, event.slug, str(sheet))

    assert first.exit_code == 0, first.output
    assert "Lê Văn Tám: Sẽ thêm" in first.stdout
    assert "Đã thêm 1 dòng vào danh sách khách mời." in first.stdout
    assert "tổng số ghi trong tệp là 5" in first.stderr
    assert "Đã thêm 0 dòng" in again.stdout


def test_an_event_that_is_not_there_is_named(app, tmp_path):
    sheet = tmp_path / "ds.csv"
    sheet.write_text(SHEET, "utf-8")

    result = run(app, "khong-co", str(sheet))

    assert result.exit_code == 1
    assert "Không có sự kiện “khong-co”." in result.stderr
    assert result.stdout == ""
