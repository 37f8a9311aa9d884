"""Units of energy and power. Everything stored is Wh; conversion happens once, at the door."""

HOUR_S = 3600.0
ENERGY = {
    "wh": 1.0,
    "kwh": 1e3,
    "mwh": 1e6,
    "gwh": 1e9,
    "j": 1 / 3600,
    "kj": 1 / 3.6,
    "mj": 1e3 / 3.6,
    "gj": 1e6 / 3.6,
}
POWER = {"w": 1.0, "kw": 1e3, "mw": 1e6}
MILLI = ("mWh", "mW")  # not mega: nobody meters in them, so better refused than read wrong


class UnknownUnit(ValueError):
    """A unit that is neither an energy nor a power."""

    def __init__(self, unit: str) -> None:
        super().__init__(f"unit “{unit}” is unknown; use Wh, kWh, MWh, W or kW")
        self.unit = unit


class IntervalNeeded(ValueError):
    """Power becomes energy only over a known time."""

    def __init__(self, unit: str) -> None:
        super().__init__(f"values in {unit} need the interval between readings to become energy")


def is_power(unit: str) -> bool:
    """W, kW or MW; UnknownUnit for what is no unit."""
    key = _key(unit)
    return key in POWER


def to_wh(unit: str, interval_s: float | None = None) -> float:
    """The factor that turns a value in `unit` into Wh; power counts over `interval_s` seconds.

    raises UnknownUnit, IntervalNeeded
    """
    key = _key(unit)
    if key in ENERGY:
        return ENERGY[key]
    if interval_s is None or interval_s <= 0:
        raise IntervalNeeded(unit)
    return POWER[key] * interval_s / HOUR_S


def _key(unit: str) -> str:
    trimmed = unit.strip()
    key = trimmed.casefold()
    if trimmed in MILLI or (key not in ENERGY and key not in POWER):
        raise UnknownUnit(unit)
    return key
