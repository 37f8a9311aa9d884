"""What each column of a table is for, by its header's words and by its cells."""

import re
from dataclasses import dataclass

import numpy as np

from emads.lib.clock import DAY
from energy.ingest import figures, stamps, words
from energy.ingest.base import ROLES, MissingOption, Options, UnreadableFile
from energy.ingest.dialect import EPOCH, Dialect
from energy.ingest.table import Cells
from energy.ingest.words import Unit, unit

ENOUGH = 0.5  # of the filled cells
NAMED = 0.02  # where the header says so too: the first rows may be broken
SOME = 500  # rows looked at


@dataclass(frozen=True, slots=True)
class Look:
    """What the cells of a column are like; shares of the filled ones."""

    name: str
    time: float
    clocked: bool  # times of day, not midnights alone
    clock: float
    epoch: float
    figure: float
    filled: int
    distinct: int


def cells_of(texts: list[str]) -> Cells:
    """Text as a column of bytes."""
    raw = [text.encode()[:64] for text in texts] or [b""]
    width = max(max(map(len, raw)), 1)
    array = np.array(raw, dtype=f"S{width}")
    return Cells(array.view(np.uint8).reshape(len(raw), width).copy(), np.zeros(len(raw), dtype=bool))


def looks(dialect: Dialect) -> list[Look]:
    """A look at every column."""
    return [_look(name, [row[i] for row in dialect.rows[:SOME]]) for i, name in enumerate(dialect.names)]


def _look(name: str, texts: list[str]) -> Look:
    filled = [t for t in texts if t.strip().lower() not in figures.EMPTY]
    n = max(len(filled), 1)
    cells = cells_of(filled)
    tried = [stamps.read(cells, "time", order) for order in ("day", "month", "year")]
    best = max(tried, key=lambda found: int(found.ok.sum()))
    digits = sum(t.strip().isdigit() for t in filled) / n
    timely = _is_time(name) or not name
    plausible = digits < ENOUGH or (timely and all(len(t.strip()) in (8, 12, 14) for t in filled))
    return Look(
        name=name,
        time=float(best.ok.sum()) / n if plausible and filled else 0.0,
        clocked=bool((best.wall[best.ok] % DAY).any()),
        clock=float(stamps.read(cells, "clock").ok.sum()) / n if filled else 0.0,
        epoch=sum(EPOCH.fullmatch(t) is not None for t in filled) / n if timely else 0.0,
        figure=sum(
            figures.number(t.strip()) == figures.number(t.strip())
            or figures.number(t.strip(), ",") == figures.number(t.strip(), ",")
            for t in filled
        )
        / n,
        filled=len(filled),
        distinct=len(set(filled)),
    )


def assign(dialect: Dialect, options: Options) -> list[str]:
    """A role for every column; UnreadableFile without a time or a value."""
    if options.roles:
        roles = list(options.roles)
        if len(roles) != dialect.width or not set(roles) <= set(ROLES):
            raise UnreadableFile("The columns of this file are not the ones that were mapped.")
    else:
        seen = looks(dialect)
        roles = ["ignore"] * dialect.width
        _times(seen, roles)
        _sensor(seen, roles)
        _values(seen, roles, options)
    if "time" not in roles and "date" not in roles:
        raise UnreadableFile("No column of dates or times was found.")
    if "value" not in roles:
        raise UnreadableFile("No column of energy or power was found.")
    return roles


def _times(seen: list[Look], roles: list[str]) -> None:
    whole = [i for i, look in enumerate(seen) if look.time >= (NAMED if _is_time(look.name) else ENOUGH)]
    clocks = [i for i, look in enumerate(seen) if look.clock >= ENOUGH and look.time < ENOUGH]
    stamped = [i for i in whole if seen[i].clocked]
    epochs = [i for i, look in enumerate(seen) if look.epoch >= ENOUGH]
    if stamped:
        first = next((i for i in stamped if not _ends(seen[i].name)), stamped[0])
        later = [i for i in stamped if i != first and _ends(seen[i].name)]
        _name(roles, [first, *later], ["time", "end"])
    elif whole and clocks:
        dates = sorted(whole, key=lambda i: _ends(seen[i].name))
        hours = sorted(clocks, key=lambda i: _ends(seen[i].name))
        _name(roles, dates, ["date", "end_date" if _ends(seen[dates[-1]].name) else "ignore"])
        _name(roles, hours, ["clock", "end_clock" if _ends(seen[hours[-1]].name) else "ignore"])
    elif epochs and not whole:
        roles[epochs[0]] = "time"
    elif whole:
        first = next((i for i in whole if not _ends(seen[i].name)), whole[0])
        _name(roles, [first, *(i for i in whole if i != first and _ends(seen[i].name))], ["time", "end"])


def _is_time(name: str) -> bool:
    return bool(words.TIME.intersection(words.tokens(name)))


def _ends(name: str) -> bool:
    return bool(words.END.intersection(words.tokens(name)))


def _name(roles: list[str], columns: list[int], names: list[str]) -> None:
    for column, name in zip(columns, names, strict=False):
        roles[column] = name


def _sensor(seen: list[Look], roles: list[str]) -> None:
    free = [i for i, role in enumerate(roles) if role == "ignore" and seen[i].filled]
    ranked = []
    for i in free:
        found = [words.SENSOR.index(t) for t in _names(seen[i].name) if t in words.SENSOR]
        if (
            found
            and words.unit_in(seen[i].name) is None
            and not words.NOT_ENERGY.intersection(_names(seen[i].name))
        ):
            ranked.append((min(found), i))
    if not ranked and not any(look.name for look in seen):
        ranked = [
            (0, i)
            for i in free
            if seen[i].figure < ENOUGH and seen[i].distinct <= max(1, seen[i].filled // 2)
        ]
    if ranked:
        roles[min(ranked)[1]] = "sensor"


def _names(name: str) -> list[str]:
    parts = words.tokens(name)
    return [*parts, "".join(parts)]


def _values(seen: list[Look], roles: list[str], options: Options) -> None:
    units = {"unit", "uom", "eenheid", "einheit", "unite", "units"}
    for i, look in enumerate(seen):
        if roles[i] == "ignore" and units.intersection(words.tokens(look.name)) and look.figure < ENOUGH:
            roles[i] = "unit"
    free = [i for i, look in enumerate(seen) if roles[i] == "ignore" and _may_hold_figures(look)]
    free = [i for i in free if not words.says_no_energy(seen[i].name)]
    known = {i: words.unit_in(seen[i].name) for i in free}
    energy = [i for i in free if (u := known[i]) is not None and not u.power]
    power = [i for i in free if (u := known[i]) is not None and u.power]
    telling = words.ENERGY | words.REGISTER
    worded = [i for i in free if telling.intersection(words.tokens(seen[i].name)) and seen[i].filled]
    filled = [i for i in free if seen[i].filled]
    chosen = _wanted(energy, power, options) or worded or filled
    for i in _without_twins(chosen, seen, "sensor" in roles):
        roles[i] = "value"


def _may_hold_figures(look: Look) -> bool:
    return look.figure >= ENOUGH or not look.filled or words.unit_in(look.name) is not None


def _wanted(energy: list[int], power: list[int], options: Options) -> list[int]:
    """Energy before power, unless the person said a unit of power."""
    said: Unit | None = unit(options.unit) if options.unit else None
    return (power or energy) if said and said.power else (energy or power)


def _without_twins(chosen: list[int], seen: list[Look], long: bool) -> list[int]:
    """Leave out what tells the same energy again: totals of the others, registers beside them."""
    if len(chosen) > 1:
        plain = [i for i in chosen if not words.says_register(seen[i].name)]
        apart = any(words.INTERVAL.intersection(words.tokens(seen[i].name)) for i in plain)
        chosen = plain if apart else chosen
    if len(chosen) > 1:
        chosen = [i for i in chosen if not _is_total(seen[i].name)] or chosen
    if len(chosen) > 1:
        chosen = [i for i in chosen if not _is_cubic(seen[i].name)] or chosen
    if len(chosen) > 1 and long:
        exact = [i for i in chosen if set(words.tokens(seen[i].name)) <= set(words.PLAIN_VALUE)]
        if (
            not exact
            and len({words.unit_in(seen[i].name) for i in chosen}) == 1
            and None in {words.unit_in(seen[i].name) for i in chosen}
        ):
            raise MissingOption("roles", "Several columns may hold the readings; say which one does.")
        chosen = exact[:1] or chosen
    return chosen


def _is_total(name: str) -> bool:
    said = set(words.tokens(re.sub(r"[\[(].*", "", name))) - set(words.UNITS)
    return bool(said) and said <= words.TOTAL


def _is_cubic(name: str) -> bool:
    """Gas without a unit of energy is cubic metres."""
    return "gas" in words.tokens(name) and words.unit_in(name) is None
