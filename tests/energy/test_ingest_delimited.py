"""The reader of delimited text, shape by shape."""

import pytest

from energy.ingest.base import MissingOption, UnreadableFile
from tests.energy.ingest_files import lines, read

TIDY = "timestamp,sensor_id,energy_wh\n2024-03-01 00:00,a,1.5\n2024-03-01 00:00,b,2\n2024-03-01 00:15,a,3\n"


def test_a_long_file_gives_each_meter_its_readings():
    got = read(TIDY)
    assert got.rows == [
        ("a", "2024-03-01T00:00:00", 1.5),
        ("b", "2024-03-01T00:00:00", 2.0),
        ("a", "2024-03-01T00:15:00", 3.0),
    ]
    assert got.naive == {True}


def test_a_wide_file_has_a_meter_in_every_column():
    got = read("time;Kitchen (kWh);Laundry (kWh)\n2024-03-01 00:00;0,5;0,25\n2024-03-01 01:00;1,5;\n")
    assert got.rows == [
        ("Kitchen", "2024-03-01T00:00:00", 500.0),
        ("Kitchen", "2024-03-01T01:00:00", 1500.0),
        ("Laundry", "2024-03-01T00:00:00", 250.0),
    ]
    assert got.empty == 1


def test_a_file_of_one_meter_needs_no_name():
    assert read("timestamp,consumption (kWh)\n2024-03-01 00:00,0.1\n2024-03-01 01:00,0.2\n").rows == [
        ("", "2024-03-01T00:00:00", 100.0),
        ("", "2024-03-01T01:00:00", 200.0),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found(delimiter):
    assert len(read(TIDY.replace(",", delimiter)).rows) == 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_encodings_are_found(encoding):
    text = "Zeit;Küche kWh;Büro kWh\n01.03.2024 00:00;0,5;1\n01.03.2024 01:00;0,5;1\n"
    raw = text.encode(encoding)
    raw = b"\xfe\xff" + raw if encoding == "utf-16-be" else raw
    got = read(raw)
    assert got.meters == ["Büro", "Küche"]
    assert got.values == [500.0, 500.0, 1000.0, 1000.0]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_are_read(end):
    got = read(TIDY.replace("\n", end) + f"nonsense,a,1{end}")
    assert len(got.rows) == 3
    assert got.rejected[0].line == 5


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("2024-03-01 12:30", "2024-03-01T12:30:00"),
        ("2024-03-01T12:30:15", "2024-03-01T12:30:15"),
        ("2024-03-01 12:30:15.987", "2024-03-01T12:30:15"),
        ("2024/03/01 12:30", "2024-03-01T12:30:00"),
        ("20240301 1230", "2024-03-01T12:30:00"),
        ("202403011230", "2024-03-01T12:30:00"),
        ("20240301T123015", "2024-03-01T12:30:15"),
        ("01.03.2024 12:30", "2024-03-01T12:30:00"),
        ("1.3.24 12:30", "2024-03-01T12:30:00"),
        ("13/03/2024 12:30", "2024-03-13T12:30:00"),
        ("03/13/2024 12:30 PM", "2024-03-13T12:30:00"),
        ("03/13/2024 12:30 am", "2024-03-13T00:30:00"),
        ("1 Mar 2024 12:30", "2024-03-01T12:30:00"),
        ("01-Mrt-2024 12:30", "2024-03-01T12:30:00"),
        ("Mar 1, 2024 12:30PM", "2024-03-01T12:30:00"),
        ("5 März 2024 12:30", "2024-03-05T12:30:00"),
        ("2024-02-29 24:00", "2024-03-01T00:00:00"),
        ("2024-03-01T12:30:00Z", "2024-03-01T12:30:00"),
        ("2024-03-01T12:30:00+01:00", "2024-03-01T11:30:00"),
        ("2024-03-01 12:30:00 -0530", "2024-03-01T18:00:00"),
        ("2024-03-01 12:30 CEST", "2024-03-01T10:30:00"),
    ],
)
def test_dates_are_read_as_they_are_written(written, means):
    assert read(f"timestamp;energy_wh\n{written};7\n").rows == [("", means, 7.0)]


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("1709294400", "2024-03-01T12:00:00"),
        ("1709294400.5", "2024-03-01T12:00:00"),
        ("1709294400000", "2024-03-01T12:00:00"),
        ("1709294400000000", "2024-03-01T12:00:00"),
        ("1709294400000000000", "2024-03-01T12:00:00"),
    ],
)
def test_epochs_are_read_in_any_precision(written, means):
    got = read(f"time,energy_wh\n{written},7\n")
    assert got.rows == [("", means, 7.0)]
    assert got.naive == {False}


@pytest.mark.parametrize(
    "broken",
    ["2024-02-30 00:00", "2024-13-01 00:00", "2024-03-01 25:00", "2024-03-01 12:60", "yesterday", ""],
)
def test_an_impossible_date_is_a_rejected_row(broken):
    got = read(f"{TIDY}{broken},a,1\n")
    assert len(got.rows) == 3
    assert got.rejected[0].line == 5
    assert got.rejected[0].reason.startswith("timestamp")


def test_date_and_time_in_two_columns_are_put_together():
    got = read("Datum;Uhrzeit;Verbrauch kWh\n01.03.2024;00:15;1,25\n01.03.2024;23:45:30;2\n")
    assert got.stamps == ["2024-03-01T00:15:00", "2024-03-01T23:45:30"]


def test_two_times_are_start_and_end():
    got = read("Von;Bis;kWh\n01.03.2024 00:00;01.03.2024 00:15;1\n01.03.2024 02:00;01.03.2024 02:15;1\n")
    assert got.stamps == ["2024-03-01T00:00:00", "2024-03-01T02:00:00"]
    assert got.channels[0].interval_s == 900


def test_a_column_of_utc_needs_no_offset():
    assert read("Date/time UTC,Energy Wh\n2024-03-01 00:00,1\n2024-03-01 01:00,1\n").naive == {False}


def test_the_day_comes_first_where_only_that_makes_dates():
    got = read("date,kwh\n11/12/2023 00:00,1\n25/12/2023 00:00,1\n")
    assert got.stamps == ["2023-12-11T00:00:00", "2023-12-25T00:00:00"]


def test_the_month_comes_first_where_only_that_makes_dates():
    assert read("date,kwh\n11/12/2023 00:00,1\n11/25/2023 00:00,1\n").stamps[0] == "2023-11-12T00:00:00"


def test_the_order_under_which_time_goes_on_evenly_is_the_right_one():
    body = "".join(f"{day:02d}/05/2024 {hour:02d}:00,1\n" for day in (1, 2, 3) for hour in range(24))
    assert read("time,kwh\n" + body).stamps[-1] == "2024-05-03T23:00:00"


def test_later_rows_decide_about_the_first():
    body = "".join(f"03/04/2024 {i // 60 % 24:02d}:{i % 60:02d}, 12345.0000000000\n" for i in range(40_000))
    assert read("time,kwh\n" + body + "04/13/2024 00:00,1\n").stamps[0] == "2024-03-04T00:00:00"


def test_dates_that_may_be_either_are_asked_about():
    with pytest.raises(MissingOption, match="--dates") as asked:
        read("date,kwh\n01/02/2024,1\n01/03/2024,1\n")
    assert asked.value.option == "dates"


def test_a_person_can_say_the_order():
    text = "date,kwh\n01/02/2024,1\n"
    assert read(text, dates="day").stamps == ["2024-02-01T00:00:00"]
    assert read(text, dates="month").stamps == ["2024-01-02T00:00:00"]


@pytest.mark.parametrize(
    ("figures", "values"),
    [
        (["1,5", "0,25"], [1.5, 0.25]),
        (["1.234,5", "2"], [1234.5, 2.0]),
        (["1,234.5", "2"], [1234.5, 2.0]),
        (["1 234,5", "2"], [1234.5, 2.0]),
        (["1'234.5", "2"], [1234.5, 2.0]),
        (["1.234.567", "2"], [1234567.0, 2.0]),
        (["0,196", "1,234"], [0.196, 1.234]),
        (["1e3", "-2.5E-1"], [1000.0, -0.25]),
        (["+1.5", ".5"], [1.5, 0.5]),
        ([" 0 ", " 1.25 "], [0.0, 1.25]),
    ],
)
def test_figures_are_read_in_every_notation(figures, values):
    body = "".join(f"2024-03-01 0{i}:00;{figure}\n" for i, figure in enumerate(figures))
    assert read("timestamp;energy_wh\n" + body).values == values


def test_a_figure_in_quotes_may_hold_the_delimiter():
    text = 'timestamp,"energy, Wh"\n"2024-03-01 00:00","1,234.5"\n2024-03-01 01:00,"0.5"\n'
    assert read(text).values == [1234.5, 0.5]


def test_a_comma_that_may_mean_either_is_asked_about():
    text = "timestamp\tenergy_wh\n2024-03-01 00:00\t1,234\n2024-03-01 01:00\t2,345\n"
    with pytest.raises(MissingOption, match="--decimal"):
        read(text)
    assert read(text, decimal=",").values == [1.234, 2.345]
    assert read(text, decimal=".").values == [1234.0, 2345.0]


@pytest.mark.parametrize(
    ("header", "factor"),
    [
        ("energy_wh", 1),
        ("Energy Produced (Wh)", 1),
        ("consumption (kWh)", 1000),
        ("KWH/hh (per half hour)", 1000),
        ("Verbrauch [MWh]", 1e6),
        ("Real energy in kilowatt-hours", 1000),
        ("usage_kwh", 1000),
    ],
)
def test_the_unit_stands_in_the_header(header, factor):
    got = read(f"timestamp,{header}\n2024-03-01 00:00,2\n2024-03-01 01:00,3\n")
    assert got.values == [2 * factor, 3 * factor]
    assert got.channels[0].kind == "interval"


@pytest.mark.parametrize(("header", "factor"), [("Power (W)", 1), ("power_kw", 1000), ("AEP_MW", 1e6)])
def test_power_is_known_by_its_unit(header, factor):
    got = read(f"timestamp,{header}\n2024-03-01 00:00,2\n2024-03-01 00:10,3\n2024-03-01 00:20,3\n")
    assert got.values == [2 * factor, 3 * factor, 3 * factor]
    assert (got.channels[0].kind, got.channels[0].interval_s) == ("power", 600)


def test_a_column_of_units_is_applied_row_by_row():
    got = read(
        "timestamp,value,unit\n2024-03-01 00:00,1,kWh\n2024-03-01 01:00,1,Wh\n2024-03-01 02:00,1,beers\n"
    )
    assert got.values == [1000.0, 1.0]
    assert got.rejected == [(4, "unit “beers” is unknown")]


def test_a_register_is_known_by_never_falling():
    body = "".join(f"2024-03-{1 + h // 24:02d} {h % 24:02d}:00,{8350 + h * 0.3:.3f}\n" for h in range(72))
    assert read("time,Import T1 kWh\n" + body).channels[0].kind == "counter"


def test_growing_energy_of_intervals_is_no_register():
    assert read(lines(100)).channels[0].kind == "interval"


def test_columns_that_are_no_energy_are_left_alone():
    text = (
        "timestamp,sensor_id,energy_wh,anomaly,quality,register_wh,price_eur_kwh,temperature_c\n"
        "2024-03-01 00:00,a,1,0,ok,1000,0.3,5\n2024-03-01 01:00,a,2,1,ok,1001,0.3,5\n"
    )
    assert read(text).rows == [("a", "2024-03-01T00:00:00", 1.0), ("a", "2024-03-01T01:00:00", 2.0)]


def test_a_total_beside_its_parts_is_left_out():
    got = read("time;low kWh;high kWh;Total kWh\n2024-03-01 00:00;1;2;3\n2024-03-01 01:00;1;2;3\n")
    assert got.meters == ["high", "low"]


@pytest.mark.parametrize("missing", ["", "-", "null", "N/A", "NaN", " ", "unavailable"])
def test_an_empty_value_is_missing_never_zero(missing):
    got = read(f"{TIDY}2024-03-01 00:30,a,{missing}\n")
    assert (len(got.rows), got.empty, got.rejected) == (3, 1, [])


@pytest.mark.parametrize("broken", ["abc", "1.2.3", "1;5", "inf", "1e999", "0x10", "--5", "1_000", "１２"])
def test_a_broken_value_names_row_and_field(broken):
    got = read(f"{TIDY}2024-03-01 00:30,a,{broken}\n")
    assert len(got.rows) == 3
    assert got.rejected == [(5, f"energy_wh: “{broken}” is not a number")]


def test_a_row_with_too_many_cells_is_rejected():
    got = read(f"{TIDY}2024-03-01 00:30,a,1,5\n")
    assert got.rejected == [(5, "has 4 cells, 3 expected")]


def test_a_row_with_too_few_cells_is_rejected():
    got = read(f"{TIDY}2024-03-01 00:30\n2024-03-01 00:45,a,9\n")
    assert got.rejected == [(5, "has 1 cell, 3 expected")]
    assert got.values[-1] == 9.0


def test_trailing_delimiters_do_no_harm():
    got = read("Von;kWh;\n01.03.2024 00:00;1;\n01.03.2024 01:00;2\n01.03.2024 02:00;3;;\n")
    assert (got.values, got.rejected) == ([1000.0, 2000.0, 3000.0], [])


def test_preamble_repeated_header_blank_lines_and_footer_are_no_readings():
    text = (
        "Name,JANE DOE\nAddress,1 Main Street\nStart Date,2024-03-01\n\n"
        f"{TIDY}\n,,\ntimestamp,sensor_id,energy_wh\n2024-03-01 00:30,a,4\nTotal,,10.5\n# end\n"
    )
    got = read(text)
    assert got.values == [1.5, 2.0, 3.0, 4.0]
    assert (got.rejected, got.skipped) == ([], 3)


def test_a_spreadsheet_may_say_its_delimiter():
    assert read("sep=;\nMPR;ReadDatetime;kWh\n17;26 Aug 2019 00:30:00;1,5\n").rows == [
        ("17", "2019-08-26T00:30:00", 1500.0)
    ]


def test_a_file_without_header_is_read_by_its_cells():
    assert read("2024-03-01 00:00,5\n2024-03-01 01:00,6\n").values == [5.0, 6.0]


def test_a_broken_first_row_is_not_taken_for_the_header():
    got = read("timestamp,energy_wh\nbroken,x\n2024-03-01 00:00,5\n2024-03-01 01:00,6\n")
    assert got.values == [5.0, 6.0]
    assert [row.line for row in got.rejected] == [2]


def test_a_person_can_map_the_columns():
    text = "a,b,c\n2024-03-01 00:00,1,x\n2024-03-01 01:00,2,x\n"
    got = read(text, roles=("time", "value", "sensor"), unit="kWh")
    assert got.rows == [("x", "2024-03-01T00:00:00", 1000.0), ("x", "2024-03-01T01:00:00", 2000.0)]


def test_a_mapping_made_for_another_file_is_refused():
    with pytest.raises(UnreadableFile, match="not the ones that were mapped"):
        read(TIDY, roles=("time", "value"))


def test_an_unclosed_quote_costs_no_other_row():
    got = read(f'{TIDY}2024-03-01 00:30,a,"4\n2024-03-01 00:45,a,5\n2024-03-01 01:00,"a",6\n')
    assert got.values == [1.5, 2.0, 3.0, 5.0, 6.0]
    assert [row.line for row in got.rejected] == [5]


def test_a_zero_byte_costs_one_row():
    got = read(TIDY.encode() + b"2024-03-01 00:30,a,4\0\n2024-03-01 00:45,a,5\n" + b"\n" * 5000)
    assert got.values[-1] == 5.0
    assert [row.line for row in got.rejected] == [5]


def test_a_line_of_five_megabytes_is_one_rejected_row():
    text = TIDY + "x" * 5_000_000 + "\n" + "2024-03-01 00:30,a,4\n"
    got = read(text)
    assert got.values == [1.5, 2.0, 3.0, 4.0]
    assert got.rejected == [(5, "line 5 is longer than 1 MB")]


def test_a_long_first_line_does_not_hide_the_table():
    assert read("x" * 3_000_000 + "\n" + TIDY).values == [1.5, 2.0, 3.0]


def test_a_hundred_broken_rows_leave_the_others_whole():
    rows = lines(10_000).splitlines()
    for i in range(100):
        rows[50 + 99 * i] = ("nonsense", "2024-03-01 00:00,many", "2024-99-01 00:00,1")[i % 3]
    got = read("\n".join(rows))
    assert len(got.rejected) == 100
    assert sorted(row.line for row in got.rejected) == sorted(51 + 99 * i for i in range(100))
    assert len(got.rows) == 9_900


def test_the_quantity_is_guessed_from_words():
    header = "time,PV kWh,Teruglevering kWh,Gas kWh,Warmte kWh,House kWh"
    got = read(f"{header}\n2024-03-01 00:00,1,1,1,1,1\n2024-03-01 01:00,1,1,1,1,1\n")
    assert [channel.quantity for channel in got.channels] == ["production", "export", "gas", "heat", "import"]


def test_a_header_is_believed_although_the_first_rows_are_broken():
    got = read("timestamp,energy_wh\n" + "?!,!?\n" * 400 + lines(100).partition("\n")[2])
    assert (len(got.rows), len(got.rejected)) == (100, 400)


def test_a_file_of_missing_values_is_a_table_without_readings():
    got = read("timestamp,energy_wh\n2024-03-01 00:00,\n2024-03-01 00:15,\n")
    assert (got.rows, got.empty) == ([], 2)
