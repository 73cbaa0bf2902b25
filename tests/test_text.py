"""Vietnamese text: normal forms, folding, collation, names, official dates, windows."""

import sqlite3
import sys
import unicodedata
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventsvc import text

VIETNAMESE = st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyAĂÂĐÊÔƠƯ àảãáạằồửữợýỵỹòóỏ-’.")


def test_decomposed_text_and_text_of_old_fonts_become_one_form():
    assert text.nfc(unicodedata.normalize("NFD", "Nguyễn Thị Thuỷ")) == "Nguyễn Thị Thuỷ"
    assert text.nfc("\ufeffÐ\u200bặng\xa0ðình") == "Đặng đình"


def test_clean_leaves_single_spaces_only_inside():
    assert text.clean("  Nguyễn \xa0 Đình\n\tTường ") == "Nguyễn Đình Tường"


@pytest.mark.parametrize(
    ("raw", "folded"),
    [
        ("UBND xã Bình Thạnh", "ubnd xa binh thanh"),
        ("UBND xã Bình Thanh", "ubnd xa binh thanh"),
        ("Đ/c  K’ Brel", "d c k brel"),
        ("ÐẶNG VŨ", "dang vu"),
        ("Hoà Bình; Hòa-Bình", "hoa binh hoa binh"),
        ("", ""),
    ],
)
def test_folding_forgets_case_marks_and_punctuation(raw, folded):
    assert text.fold(raw) == folded


@given(st.text())
def test_folding_twice_changes_nothing(s):
    assert text.fold(text.fold(s)) == text.fold(s)


def test_folding_is_stable_for_every_character():
    unstable = [
        hex(code)
        for code in range(sys.maxunicode + 1)
        if not 0xD800 <= code <= 0xDFFF and text.fold(text.fold(chr(code))) != text.fold(chr(code))
    ]

    assert unstable == []


@given(VIETNAMESE)
def test_a_vietnamese_word_folds_to_ascii_in_either_normal_form(s):
    folded = text.fold(s)

    assert folded.isascii()
    assert folded == text.fold(unicodedata.normalize("NFD", s)) == text.fold(s.upper())


@given(st.text())
def test_tidying_twice_changes_nothing(s):
    assert text.nfc(text.nfc(s)) == text.nfc(s)
    assert text.clean(text.clean(s)) == text.clean(s)
    assert text.place_tones(text.place_tones(s)) == text.place_tones(s)


def test_slug_is_words_and_hyphens():
    assert text.slugify("Lễ khai trương – IOC (Quý III) Đồng Nai") == "le-khai-truong-ioc-quy-iii-dong-nai"
    assert text.slugify("???") == ""


@pytest.mark.parametrize(
    ("written", "placed"),
    [
        ("hoà HOÀ Hoà", "hòa HÒA Hòa"),
        ("khoẻ thuỷ Thuý", "khỏe thủy Thúy"),
        ("quý qúy Quỳ QÚY", "quý quý Quỳ QUÝ"),
        ("hoàn hoạch thuyền uỷ", "hoàn hoạch thuyền ủy"),
    ],
)
def test_tone_marks_stand_in_one_place(written, placed):
    assert text.place_tones(written) == placed


def test_names_sort_by_given_name_then_family_then_middle():
    names = [
        "Phan Thị Hồng Ân",
        "Phạm Văn Ẩn",
        "Phạm Văn Ấn",
        "Nguyễn Văn Cường",
        "Trương Minh Đạt",
        "Lê Thị Bích Ngọc",
        "Nguyễn Hữu Phước",
        "Trần An Phước",
        "Trần Bá Phước",
        "Đặng Vũ",
    ]

    assert sorted(reversed(names), key=text.name_key) == names


def test_dictionary_order_puts_letters_before_tones_before_case():
    words = ["a", "A", "à", "ả", "ã", "á", "ạ", "ác", "ă", "â", "b", "ba", "bã", "bà bảy", "d", "đ", "e", "z"]

    assert sorted(reversed(words), key=text.sort_key) == words


def test_two_tone_placements_sort_as_one_word():
    assert text.sort_key("Hoà") == text.sort_key("Hòa")


@settings(deadline=None)
@given(st.lists(VIETNAMESE, max_size=20))
def test_a_database_that_compares_bytes_sorts_keys_as_python_does(names):
    keys = [text.name_key(name) for name in names]
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE t (k TEXT)")
        database.executemany("INSERT INTO t VALUES (?)", [(key,) for key in keys])
        stored = [row[0] for row in database.execute("SELECT k FROM t ORDER BY k COLLATE BINARY")]

    assert stored == sorted(keys) == sorted(keys, key=lambda key: key.encode())
    assert all(key.isascii() and key.isprintable() for key in keys)


@given(VIETNAMESE, VIETNAMESE)
def test_keys_compare_like_their_three_levels(one, other):
    def levels(word):
        return [tuple(level) for level in text.sort_key(word).split("!")]

    assert (text.sort_key(one) < text.sort_key(other)) == (levels(one) < levels(other))


@pytest.mark.parametrize(
    ("full", "parts"),
    [
        ("Lê Hoàng Phúc Lâm", ("Lê", "Hoàng Phúc", "Lâm")),
        ("Đặng Vũ", ("Đặng", None, "Vũ")),
        ("Vũ", (None, None, "Vũ")),
        ("  ", (None, None, "")),
    ],
)
def test_a_name_is_split_by_position(full, parts):
    assert text.split_name(full) == parts


@pytest.mark.parametrize(
    ("day", "official", "short"),
    [
        (date(2022, 4, 5), "ngày 05 tháng 4 năm 2022", "05/4/2022"),
        (date(2022, 2, 14), "ngày 14 tháng 02 năm 2022", "14/02/2022"),
        (date(2022, 10, 10), "ngày 10 tháng 10 năm 2022", "10/10/2022"),
        (date(2023, 3, 1), "ngày 01 tháng 3 năm 2023", "01/3/2023"),
    ],
)
def test_dates_carry_the_zero_of_official_papers(day, official, short):
    assert text.official_date(day) == official
    assert text.short_date(day) == short


def test_moments_are_told_on_the_clock_of_vietnam():
    moment = datetime(2022, 4, 14, 1, 0, tzinfo=UTC)
    late = datetime(2022, 4, 16, 18, 30, tzinfo=UTC)

    assert text.official_datetime(moment) == "08 giờ 00 phút, thứ Năm, ngày 14 tháng 4 năm 2022"
    assert text.official_datetime(late) == "01 giờ 30 phút, Chủ Nhật, ngày 17 tháng 4 năm 2022"
    assert text.time_of_day(moment) == "08:00"
    assert text.weekday_vi(late) == "Chủ Nhật"
    assert text.weekday_vi(date(2022, 4, 18)) == "Thứ Hai"


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="aware"):
        text.official_datetime(datetime(2022, 4, 14, 8, 0))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("words", "window"),
    [
        ("Trong khoảng thời gian từ ngày 10-15/4/2022", ("2022-04-10", "2022-04-15")),
        ("10 – 15/4/2022", ("2022-04-10", "2022-04-15")),
        ("từ ngày 10 đến ngày 15 tháng 4 năm 2022", ("2022-04-10", "2022-04-15")),
        ("từ ngày 28/3 đến ngày 02/4/2022", ("2022-03-28", "2022-04-02")),
        ("28/12/2022 - 02/01/2023", ("2022-12-28", "2023-01-02")),
        ("ngày 10 tháng 3 năm 2022", ("2022-03-10", "2022-03-10")),
        ("10.3.2022", ("2022-03-10", "2022-03-10")),
        ("Trong tháng 7/2023.", ("2023-07-01", "2023-07-31")),
        ("Tháng 02/2022 (đã hoàn thành).", ("2022-02-01", "2022-02-28")),
        ("02/2024", ("2024-02-01", "2024-02-29")),
        ("Tháng 3-4/2022", ("2022-03-01", "2022-04-30")),
        ("từ tháng 8/2024 đến ngày 10/10/2024", ("2024-08-01", "2024-10-10")),
        ("từ 05/8/2024 đến tháng 10/2024", ("2024-08-05", "2024-10-31")),
        ("tháng 12/2023 đến tháng 01/2024", ("2023-12-01", "2024-01-31")),
        ("Quý I năm 2022", ("2022-01-01", "2022-03-31")),
        ("QUÝ III-IV NĂM 2022", ("2022-07-01", "2022-12-31")),
        ("quí 3/2022", ("2022-07-01", "2022-09-30")),
        ("đầu tháng 11/2024", ("2024-11-01", "2024-11-10")),
        ("giữa tháng 11/2024", ("2024-11-11", "2024-11-20")),
        ("cuối tháng 02/2024", ("2024-02-21", "2024-02-29")),
        ("6 tháng đầu năm 2022", ("2022-01-01", "2022-06-30")),
        ("06 tháng cuối năm 2022", ("2022-07-01", "2022-12-31")),
        ("cuối năm 2022", ("2022-10-01", "2022-12-31")),
        ("trong năm 2022", ("2022-01-01", "2022-12-31")),
        ("Thường xuyên", None),
        ("mỗi cụm 2 ngày", None),
        ("31/2/2022", None),
        ("15-10/4/2022", None),
        ("theo Kế hoạch số 04/KH-BCĐ năm 2022", None),
        ("", None),
    ],
)
def test_windows_are_read_from_words(words, window):
    expected = window and tuple(date.fromisoformat(day) for day in window)

    assert text.parse_window(words) == expected
    assert text.parse_window(unicodedata.normalize("NFD", words)) == expected


@given(st.text(alphabet="0123456789/- .ngàythángnămquýIVđếntừ", max_size=60))
def test_a_window_never_ends_before_it_starts(words):
    window = text.parse_window(words)

    assert window is None or window[0] <= window[1]


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_every_official_date_reads_back(day):
    assert text.parse_window(text.official_date(day)) == (day, day)
    assert text.parse_window(text.short_date(day)) == (day, day)


@pytest.mark.parametrize(
    ("e164", "shown"),
    [
        ("+84500000001", "0500 000 001"),
        ("+842003000004", "0200 3000 004"),
        ("+842412345678", "024 1234 5678"),
        ("+12025550123", "+12025550123"),
    ],
)
def test_phones_are_shown_as_people_dial_them(e164, shown):
    assert text.display_phone(e164) == shown


def test_control_characters_are_no_text():
    assert text.clean("Lê\x00 Văn\x1b An\x7f") == "Lê Văn An"
    assert text.clean("a\0b") == "ab"
    assert text.nfc("một\n\thai") == "một\n\thai"
