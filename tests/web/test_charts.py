"""Charts: round axes, names that fit a phone, and the same figures in a table beside them."""

import pytest
from flask import Flask, render_template_string

from casework.web.charts import axis_top, name_every
from tests.web.page import parse

CHART = """{% from "components/charts.html" import columns, lines %}
{{ lines("Two", [("January", [3, 1]), ("February", [17, none])], "Month", ["In", "Out"]) }}
{{ columns("One", [("January", 0), ("February", 1234)], "Month", "In") }}
{{ columns("Alone", [("January", 5)], "Month", "In", table=false) }}
{{ lines("None", [], "Month", ["In", "Out"]) }}"""


@pytest.mark.parametrize(
    ("values", "top"),
    [([], 2), ([0, None], 2), ([1], 2), ([3], 4), ([17], 20), ([81], 100), ([191], 200)],
)
def test_an_axis_ends_at_a_round_number_with_a_whole_half(
    values: list[int | None], top: int
) -> None:
    assert axis_top(values) == top


def test_of_many_points_as_many_are_named_as_a_phone_shows() -> None:
    assert [name_every(count) for count in (0, 1, 4, 5, 12, 24)] == [1, 1, 1, 2, 3, 6]


def test_lines_and_columns_write_the_same_table_beside_them(app: Flask) -> None:
    with app.test_request_context("/"):
        page, _problems = parse(render_template_string(CHART))
    tables = [[cell.text for cell in table.all("td")] for table in page.all("table")]
    assert tables == [["3", "1", "17", "–"], ["0", "1,234"], []]
    scales = [
        [part.text for part in scale.all("span")] for scale in page.all("p", class_="plot__scale")
    ]
    assert scales[:2] == [["20", "10", "0"], ["2,000", "1,000", "0"]]
