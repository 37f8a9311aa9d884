"""What the words of a header say about a column."""

import re
from typing import NamedTuple

from emads.lib.units import ENERGY as ENERGY_UNITS
from emads.lib.units import HOUR_S, POWER, is_power, to_wh


class Unit(NamedTuple):
    """`factor` turns a figure into Wh, or into W where it is power."""

    name: str
    factor: float
    power: bool


UNITS = {name.lower(): name for name in ("Wh", "kWh", "MWh", "GWh", "J", "kJ", "MJ", "GJ", "W", "kW", "MW")}
assert set(UNITS) == {*ENERGY_UNITS, *POWER}


def unit(name: str) -> Unit:
    """The unit somebody wrote; UnknownUnit if there is none of that name."""
    return Unit(UNITS.get(name.strip().lower(), name), to_wh(name, HOUR_S), is_power(name))


def _words(text: str) -> list[str]:
    return text.split()


TIME = frozenset(
    _words(
        "time date datetime datum zeit uhrzeit zeitstempel timestamp stamp fecha hora data ora horodate "
        "heure hour start from von van vanaf ab begin tijd tijdstip cas epoch unix ts period last "
        "changed day interval"
    )
)
END = frozenset(_words("end to tot bis until fin hasta ende einde eind do fine ending"))
SENSOR = _words(
    "sensor sensorid statistic entity lclid mpan mprn mpr ean nmi prm pod cups meter meternumber "
    "zaehler device serial channel building house household home customer site name id tag"
)
REGISTER = frozenset(
    _words(
        "register stand zählerstand zaehlerstand meterstand stands standnormaal standdal "
        "counter cumulative index lifetime total_increasing"
    )
)
NOT_ENERGY = frozenset(
    _words(
        "anomaly label quality status flag price prices cost costs charge charges amount eur usd gbp chf "
        "rate temperature temp humidity voltage volt current intensity ampere amps reactive apparent "
        "frequency factor cosphi co2 count samples note notes comment code weekday month year week "
        "holiday min max irradiance weather wind lat lon latitude longitude occupancy area kvarh kvar "
        "var kva va m3 therms therm ccf litre liter water kosten preis prijs prix betrag"
    )
)
FOREIGN = re.compile(r"[\[(]\s*(?:°\s*c|c|degc|%|v|a|hz|m3|m³|l|€|\$|£|ppm)\s*[\])]", re.IGNORECASE)
RATIO = re.compile(
    r"\b[kmg]?wh?\s*/\s*(?:m2|m²|kwp?\b)|(?:€|\$|£|\bct|\beur|\bp)\s*/\s*[km]?wh", re.IGNORECASE
)
ENERGY = frozenset(
    _words(
        "energy consumption consumed usage used verbruik verbrauch consommation consumo consumi load "
        "demand power production produced generation generated export exported import imported solar pv "
        "teruglevering opwek injectie afname netto net electricity elektriciteit strom wirkenergie "
        "leistung volume verbruikt value wert waarde valeur valor state reading kwh heat grid returned "
        "delivered received"
    )
)
PLAIN_VALUE = ("value", "wert", "waarde", "valeur", "valor", "state", "reading", "energy", "usage", "volume")
INTERVAL = frozenset(
    _words("consumption consumed usage used verbruik verbrauch consommation consumo energy interval")
)
TOTAL = frozenset(_words("total totaal sum summe gesamt"))
FOOTER = re.compile(
    r"\W*(?:#|total|totaal|sum\b|summe|gesamt|subtotal|average|mean\b|mittelwert|gemiddelde|end of|ende\b"
    r"|eof\b|\d+ rows|generated|exported|source:|quelle:|note:)",
    re.IGNORECASE,
)
SPELLED = (
    (re.compile(r"kilo-?watt[- ]?(?:hours?|stunden?|uur|heures?)", re.IGNORECASE), "kWh"),
    (re.compile(r"mega-?watt[- ]?(?:hours?|stunden?|uur|heures?)", re.IGNORECASE), "MWh"),
    (re.compile(r"watt[- ]?(?:hours?|stunden?|uur|heures?)", re.IGNORECASE), "Wh"),
    (re.compile(r"kilo-?watts?\b", re.IGNORECASE), "kW"),
    (re.compile(r"\bwatts?\b", re.IGNORECASE), "W"),
)
QUANTITIES = (
    ("gas", re.compile(r"\bgas\b|erdgas")),
    ("heat", re.compile(r"\bheat\b|wärme|waerme|warmte|chaleur|district heating")),
    ("export", re.compile(r"export|return|teruglever|injecti|feed[ _-]?in|einspeis|inyecci|injected")),
    ("production", re.compile(r"\bpv\b|solar|produc|generat|opwek|erzeug|photovolt|inverter")),
)


def tokens(name: str) -> list[str]:
    """The words of a header, in small letters: "StandDal_kWh" -> stand dal kwh."""
    apart = re.sub(r"([a-zà-ÿ]{2})([A-Z])(?=[a-zà-ÿ])", r"\1 \2", name)
    return re.findall(r"[^\W_]+", apart.lower())


def unit_in(name: str) -> Unit | None:
    """The unit a header names, None if it names none."""
    for pattern, short in SPELLED:
        name = pattern.sub(f" {short} ", name)
    found = [word for word in re.findall(r"[^\W_]+", name.lower()) if word in UNITS]
    return unit(found[-1]) if found else None


def says_no_energy(name: str) -> bool:
    """The header speaks of something else: a price, a temperature, a flag."""
    if RATIO.search(name) or NOT_ENERGY.intersection(tokens(name)):
        return True
    return FOREIGN.search(name) is not None and unit_in(name) is None


def quantity_in(name: str) -> str:
    """What kind of energy a name speaks of."""
    plain = " ".join(tokens(name))
    return next((quantity for quantity, pattern in QUANTITIES if pattern.search(plain)), "import")


def says_register(name: str) -> bool:
    """The header speaks of a meter reading rather than of energy in an interval."""
    return bool(REGISTER.intersection(tokens(name)))


def plain_name(name: str) -> str:
    """A header without its unit and brackets, as a meter's name; "" if nothing is left but generic words."""
    name = re.sub(r"[\[(][^\])]*[\])]?", lambda m: "" if unit_in(m[0]) or len(m[0]) > 24 else m[0], name)
    words = [word for word in re.split(r"[\s_]+", name) if word and word.lower() not in UNITS]
    text = " ".join(words).strip(" ,;:.-/")
    return "" if set(tokens(text)) <= {*PLAIN_VALUE, "consumption", "power", "total", "hh"} else text
