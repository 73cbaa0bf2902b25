"""The time line and the months of a campaign: geometry and days. No application."""

from datetime import date

from eventsvc.campaigns.months import Happening, months
from eventsvc.campaigns.timeline import Span, Strand, draw


def test_the_time_line_is_drawn_within_its_width():
    spans = [
        Span(Strand.MILESTONE, "Báo cáo", None, date(2024, 10, 31)),
        Span(Strand.STOP, "Định Quán", date(2024, 9, 10), date(2024, 9, 11)),
        Span(Strand.MILESTONE, "Chưa rõ", None, None),
    ]
    drawing = draw(spans, (date(2024, 8, 1), date(2024, 10, 10)), date(2024, 9, 1))

    assert [bar.span.name for bar in drawing.bars] == ["Định Quán", "Báo cáo"]
    assert (drawing.first, drawing.last) == (date(2024, 8, 1), date(2024, 10, 31))
    assert all(bar.x >= 0 and bar.x + bar.width <= drawing.width for bar in drawing.bars)
    assert [month.first.month for month in drawing.months] == [8, 9, 10]
    assert drawing.months[0].x < drawing.today < drawing.bars[0].x
    assert draw([], (None, None), date(2024, 9, 1)) is None
    assert draw(spans, (None, None), date(2025, 9, 1)).today is None


def test_the_stops_of_a_cluster_stand_on_its_line():
    days = [date(2024, 9, day) for day in (2, 9, 16)]
    stops = [Span(Strand.STOP, f"Điểm {day}", day, day, line="Cụm 1") for day in days]
    spans = [
        *stops,
        Span(Strand.CLUSTER, "Cụm 1", days[0], days[-1], line="Cụm 1"),
        Span(Strand.FINALE, "Tổng kết", days[-1], None),
    ]
    drawing = draw(spans, (None, None), days[0])

    assert [(line.words, len(line.bars)) for line in drawing.lines] == [("Cụm 1", 4), ("Tổng kết", 1)]
    assert drawing.lines[0].bars[0].span.strand is Strand.CLUSTER
    assert drawing.strands == [Strand.CLUSTER, Strand.STOP, Strand.FINALE]
    alone = draw(stops[:1], (None, None), days[0])
    assert alone.lines[0].words == f"Cụm 1 – Điểm {days[0]}"


def test_months_hold_every_day_of_what_happens():
    over_new_year = Happening("Hội chợ", date(2024, 12, 30), date(2025, 1, 2), "activity")
    found = months([over_new_year])

    assert [month.first for month in found] == [date(2024, 12, 1), date(2025, 1, 1)]
    filled = [cell.day.day for month in found for week in month.weeks for cell in week if cell.happenings]
    assert filled == [30, 31, 1, 2]
    assert months([]) == []
