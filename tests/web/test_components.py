"""The macros pages are made of: what they write, also for those who cannot see it; colours that can be read."""

import re
from pathlib import Path

import lxml.html
import pytest
from flask import flash, g, render_template, render_template_string
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FileField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from config import TestConfig
from tests import houses

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if "email" not in path.parts]
LEVELS = [SelectChoice("1", "Cấp tỉnh"), SelectChoice("2", "Cấp xã")]


class ItemForm(FlaskForm):
    title = StringField("Tên", [InputRequired("Hãy ghi tên.")])
    minutes = IntegerField(
        "Số phút", [InputRequired(), NumberRange(min=1, message="Số phút phải lớn hơn 0.")]
    )
    purpose = TextAreaField("Mục đích")
    kind = SelectField("Loại", choices=LEVELS, validators=[InputRequired()])
    held = RadioField("Hình thức", choices=LEVELS, validators=[InputRequired("Hãy chọn hình thức.")])
    levels = SelectMultipleField(
        "Cấp", choices=LEVELS, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    fixed = BooleanField("Giữ giờ", description="Các mục sau được dồn lại.")
    list_file = FileField("Tệp")
    version = HiddenField(default="4")


@pytest.fixture
def app(tmp_path):
    """The application without a database: components must not need one."""
    return houses.lend("no database", TestConfig(tmp_path))


def render(
    app, source: str, path: str = "/", data: dict | None = None, form_class=None, **values
) -> lxml.html.HtmlElement:
    with app.test_request_context(path, method="POST" if data is not None else "GET", data=data):
        g.request_id = "5f0c2b9a71e4d803"
        if form_class is not None:
            values["form"] = form_class()
            if data is not None:
                values["form"].validate()
        return lxml.html.fromstring(f"<div>{render_template_string(source, **values)}</div>")


FORM = """{% from "components/form.html" import post_form, field, select, submit %}
{% call post_form(form, files=true) %}
{{ field(form.title, hint="Tối đa 120 ký tự", maxlength=120) }}{{ field(form.minutes, short=true) }}
{{ field(form.purpose) }}{{ select(form.kind, pick=true) }}{{ field(form.held) }}{{ field(form.levels) }}
{{ field(form.fixed) }}{{ field(form.list_file) }}
{{ submit("Lưu") }}{% endcall %}"""


def test_every_control_of_a_form_has_a_label_and_an_id_of_its_own(app):
    page = render(app, FORM, form_class=ItemForm)

    controls = page.xpath("//input[not(@type='hidden')] | //select | //textarea")
    labelled = set(page.xpath("//label/@for"))
    ids = page.xpath("//@id")
    assert len(controls) == 10
    assert [control.get("id") for control in controls if control.get("id") not in labelled] == []
    assert len(ids) == len(set(ids))
    assert page.xpath("//fieldset/legend/text()")[0].strip() == "Hình thức"


def test_a_form_carries_its_protection_once_and_its_hidden_fields(app):
    page = render(app, FORM, form_class=ItemForm)

    assert len(page.xpath("//input[@name='csrf_token']")) == 1
    assert page.xpath("//input[@name='version']/@value") == ["4"]
    assert page.xpath("//form/@method | //form/@enctype") == ["post", "multipart/form-data"]


def test_errors_stand_in_a_summary_that_leads_to_the_fields_and_beside_them(app):
    data = {"title": "", "minutes": "-5", "kind": "1", "purpose": "<b>giữ lại</b>"}

    page = render(app, FORM, data=data, form_class=ItemForm)

    summary = page.xpath("//div[@role='alert']")[0]
    links = {link.get("href"): link.text_content() for link in summary.xpath(".//a")}
    assert links == {
        "#title": "Tên: Hãy ghi tên.",
        "#minutes": "Số phút: Số phút phải lớn hơn 0.",
        "#held-0": "Hình thức: Hãy chọn hình thức.",
    }
    assert [href for href in links if not page.xpath(f"//*[@id='{href[1:]}']")] == []
    assert page.xpath("//p[@class='error']/text()") == [text.partition(": ")[2] for text in links.values()]
    assert page.xpath("//input[@id='minutes']/@value") == ["-5"]
    assert page.xpath("//textarea")[0].text_content().strip() == "<b>giữ lại</b>"


def test_a_field_at_fault_tells_screen_readers_its_hint_and_its_error(app):
    page = render(app, FORM, data={"title": ""}, form_class=ItemForm)

    control = page.xpath("//input[@id='title']")[0]
    told = [
        page.xpath(f"//*[@id='{part}']")[0].text_content() for part in control.get("aria-describedby").split()
    ]
    assert told == ["Tối đa 120 ký tự", "Hãy ghi tên."]
    assert control.get("aria-invalid") == "true"
    assert page.xpath("//textarea/@aria-invalid") == []


def test_a_form_without_errors_has_no_summary(app):
    page = render(app, FORM, form_class=ItemForm)

    assert page.xpath("//*[contains(@class, 'error')]") == []


def test_a_button_that_changes_something_is_a_form_with_protection(app):
    source = """{% from "components/form.html" import post_button %}
    {{ post_button("/items/3/delete", "Xoá", kind="danger", confirm="Xoá mục này?", fields={"version": 4},
                   about="Chào cờ") }}"""

    page = render(app, source)

    form = page.xpath("//details//form")[0]
    assert (form.get("method"), form.get("action")) == ("post", "/items/3/delete")
    assert [field.get("name") for field in form.xpath(".//input")] == ["csrf_token", "version"]
    assert form.xpath(".//button")[0].text_content() == "Xoá Chào cờ"
    assert "Xoá mục này?" in page.xpath("//details")[0].text_content()


def test_a_table_tells_each_cell_its_column_for_narrow_screens(app):
    source = """{% from "components/table.html" import table, td, row_actions %}
    {% call table("Điểm cầu", ["Tên", ("Khách", "num"), ""]) %}
    <tr>{{ td("Tên", "<Bình Thạnh>", kind="head") }}{{ td("Khách", 0, kind="num") }}
    {% call row_actions() %}<a href="#x">Sửa</a>{% endcall %}</tr>
    {% endcall %}"""

    page = render(app, source)

    assert page.xpath("//caption")[0].text == "Điểm cầu"
    assert page.xpath("//thead//th/text()") == ["Tên", "Khách"]
    assert page.xpath("//tbody//th[@scope='row']/text()") == ["<Bình Thạnh>"]
    assert [(cell.get("data-label"), cell.text_content()) for cell in page.xpath("//tbody//td")] == [
        ("Khách", "0"),
        (None, "Sửa"),
    ]


@pytest.mark.parametrize("kind", ["ok", "warn", "err", "info", "mute"])
def test_a_state_is_colour_icon_and_word(app, kind):
    source = """{% from "components/state.html" import state %}{{ state(kind, "Sẵn sàng") }}"""

    page = render(app, source, kind=kind)

    badge = page.xpath(f"//span[contains(@class, 'state--{kind}')]")[0]
    assert badge.text_content() == "Sẵn sàng"
    assert len(badge.xpath("./svg[@aria-hidden='true']/use")) == 1


class Pages:
    def __init__(self, page: int, pages: int):
        self.page, self.pages, self.total = page, pages, 187
        self.has_prev, self.has_next = page > 1, page < pages

    def url(self, page: int) -> str:
        return f"?page={page}"


@pytest.mark.parametrize(
    ("pages", "links"),
    [
        (Pages(1, 1), []),
        (Pages(1, 3), ["?page=2"]),
        (Pages(2, 3), ["?page=1", "?page=3"]),
        (Pages(3, 3), ["?page=2"]),
    ],
)
def test_a_pager_leads_to_the_neighbours_that_there_are(app, pages, links):
    page = render(app, """{% from "components/pager.html" import pager %}{{ pager(pages) }}""", pages=pages)

    assert page.xpath("//nav//a/@href") == links


def test_facts_figures_steps_and_board_speak_in_words(app):
    source = """{% from "components/facts.html" import facts %}
    {% from "components/stat.html" import stats, stat, progress %}
    {% from "components/steps.html" import steps %}{% from "components/board.html" import tile, attention, legend %}
    {{ facts([("Địa điểm", ""), ("Số khách", 0)]) }}{% call stats() %}{{ stat(12, "đã mời", of=20) }}{% endcall %}
    {{ progress(0, 0, "Sẵn sàng") }}{{ steps(["Tải lên", "Xem", "Xong"], 2) }}
    <ul>{{ tile("Bình Thạnh", 3, 30, "err", "mất kết nối") }}
    {{ attention("Lý Sơn", "đang chờ", "0/30", kind="warn") }}</ul>
    {{ legend([("ok", "Đã kết nối", 171)]) }}"""

    page = render(app, source)

    assert [node.text_content() for node in page.xpath("//dd")] == ["–", "0"]
    assert page.xpath("//a[@class='stat'] | //span[@class='stat']")[0].text_content() == "12/20 đã mời"
    assert page.xpath("//progress/@max") == ["1"]
    assert page.xpath("//li[@aria-current='step']")[0].text_content() == "Xem"
    assert page.xpath("//li[contains(@class, 'tile--err')]")[0].text_content() == "Bình Thạnh3/30mất kết nối"


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("page", "Không thực hiện được yêu cầu"),
        ("refused", "Không thể thực hiện"),
        ("403", "Không có quyền thực hiện"),
        ("404", "Không tìm thấy trang"),
        ("413", "Tệp quá lớn"),
        ("429", "Quá nhiều lần thử"),
        ("500", "Hệ thống gặp sự cố"),
    ],
)
def test_an_error_page_needs_neither_user_nor_database(app, name, heading):
    with app.test_request_context("/"):
        g.request_id = "5f0c2b9a71e4d803"
        page = lxml.html.fromstring(render_template(f"errors/{name}.html", error="Chương trình <đã huỷ>."))

    assert page.xpath("//h1/text()") == [heading]
    assert page.xpath("//title/text()") == [heading]
    assert page.xpath("//main//a/@href") == ["/"]
    assert page.xpath("//*[@class='mono']/text()") == ["5f0c2b9a71e4d803"]


def test_flashes_are_announced_with_their_kind(app):
    source = """{% from "components/flash.html" import flashes %}{{ flashes() }}"""
    with app.test_request_context("/"):
        flash("Đã lưu.")
        flash("Tệp hỏng.", "error")
        page = lxml.html.fromstring(render_template_string(source))

    assert page.get("role") == "status"
    assert [node.text_content().strip() for node in page.xpath("//p")] == ["Đã lưu.", "Tệp hỏng."]
    assert [node.get("class") for node in page.xpath("//div[contains(@class,'note ')]")] == [
        "note note--ok",
        "note note--err",
    ]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_no_page_has_inline_style_or_script(path):
    source = path.read_text("utf-8")

    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", source) == []


# -- colours ---------------------------------------------------------------------------------


def tokens() -> dict[str, dict[str, str]]:
    """The colours of base.css, light and dark."""
    style = (ROOT / "eventsvc/static/css/base.css").read_text("utf-8")
    blocks = re.findall(r":root \{(.*?)\}", style, re.DOTALL)[:2]
    light, dark = (
        {name: full(value) for name, value in re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6})\b", b)}
        for b in blocks
    )
    return {"light": light, "dark": {**light, **dark}}


def full(value: str) -> str:
    return value if len(value) == 7 else "#" + "".join(2 * digit for digit in value[1:])


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


TEXT = [(ink, ground) for ink in ("ink", "mute", "link", "err") for ground in ("bg", "card", "tint")]
TEXT += [("brand-ink", "brand"), ("mute", "mute-bg"), ("ink", "mute-bg")]
TEXT += [(kind, f"{kind}-bg") for kind in ("ok", "warn", "err", "info")]
BORDERS = [("line-strong", ground) for ground in ("bg", "card", "tint")] + [
    ("focus", "bg"),
    ("focus", "card"),
]
BORDERS += [("brand", "card"), ("brand", "bg"), ("ok", "mute-bg")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("colours", "least"), [(TEXT, 4.5), (BORDERS, 3.0)], ids=["text", "borders"])
def test_colours_can_be_told_apart(scheme, colours, least):
    palette = tokens()[scheme]

    ratios = {(ink, ground): round(contrast(palette[ink], palette[ground]), 2) for ink, ground in colours}

    assert {pair: ratio for pair, ratio in ratios.items() if ratio < least} == {}
