"""What lines come to, amounts in words, lines out of a spreadsheet."""

from decimal import Decimal

import pytest

from eventsvc.budgets.amounts import Line, amount_of, bare, pasted, sentence_of_amount, words_of_amount


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "không đồng"),
        (5, "năm đồng"),
        (10, "mười đồng"),
        (15, "mười lăm đồng"),
        (21, "hai mươi mốt đồng"),
        (24, "hai mươi tư đồng"),
        (55, "năm mươi lăm đồng"),
        (105, "một trăm linh năm đồng"),
        (110, "một trăm mười đồng"),
        (1_000, "một nghìn đồng"),
        (1_015, "một nghìn không trăm mười lăm đồng"),
        (21_000, "hai mươi mốt nghìn đồng"),
        (1_005_000, "một triệu không trăm linh năm nghìn đồng"),
        (150_000_000, "một trăm năm mươi triệu đồng"),
        (2_000_000_001, "hai tỷ không trăm linh một đồng"),
        (
            1_234_567_891,
            "một tỷ hai trăm ba mươi tư triệu năm trăm sáu mươi bảy nghìn tám trăm chín mươi mốt đồng",
        ),
        (1_005_000_000_000, "một nghìn không trăm linh năm tỷ đồng"),
        (10**18, "một tỷ tỷ đồng"),
        (-150_000, "âm một trăm năm mươi nghìn đồng"),
    ],
)
def test_amounts_are_said_as_budget_papers_say_them(amount, words):
    assert words_of_amount(amount) == words


def test_a_line_of_its_own_begins_with_a_capital():
    assert sentence_of_amount(150_000_000) == "Một trăm năm mươi triệu đồng"


@pytest.mark.parametrize(
    ("quantity", "price", "amount"),
    [("3", 150_000, 450_000), ("0.5", 1, 1), ("1.5", 33_333, 50_000), ("2.49", 1, 2), ("0.01", 49, 0)],
)
def test_half_a_dong_is_rounded_up(quantity, price, amount):
    assert amount_of(Decimal(quantity), price) == amount
    assert Line("Thuê phông", None, Decimal(quantity), price).amount == amount


def test_lines_are_read_from_a_spreadsheet_whatever_columns_it_has():
    table = (
        "TT\tNội dung\tĐVT\tSố lượng\tĐơn giá\tThành tiền\n"
        "1\tThuê sân khấu\tbộ\t2\t35.000.000\t70.000.000\n"
        "\n"
        "2.\tNước uống\tchai\t1.200\t4.500 đồng\n"
        "\tTổng cộng\t\t\t\t75.400.000\n"
    )

    assert pasted(table) == [
        {"text": "Thuê sân khấu", "unit": "bộ", "quantity": "2", "unit_price": "35.000.000"},
        {"text": "Nước uống", "unit": "chai", "quantity": "1.200", "unit_price": "4.500"},
    ]
    assert pasted("In tờ rơi; 500; 2000\nXăng xe; 3.000.000đ\nHội trường") == [
        {"text": "In tờ rơi", "unit": "", "quantity": "500", "unit_price": "2000"},
        {"text": "Xăng xe", "unit": "", "quantity": "1", "unit_price": "3.000.000"},
        {"text": "Hội trường", "unit": "", "quantity": "1", "unit_price": ""},
    ]
    assert pasted(" \n\t\n") == []


def test_an_amount_is_bare_without_its_currency_and_its_empty_parts():
    typed = ("150.000", " 150.000 đồng", "150.000đ", "150.000,00 VNĐ", "150.000.00")

    assert {bare(each) for each in typed} == {"150.000"}
    assert [bare(each) for each in ("-1", "100", "1,5", "đồng")] == ["-1", "100", "1,5", ""]
