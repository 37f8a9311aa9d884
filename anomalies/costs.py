"""What an incident cost beyond the usual."""

from decimal import Decimal

from anomalies.models import Incident
from energy.costs import cents, energy_cost
from energy.models import Sensor


def extra_cost(incident: Incident) -> Decimal | None:
    """Money for what was used beyond the usual, negative if less was used; None where that cannot be said."""
    if incident.extra_wh is None or incident.sensor.quantity != Sensor.Quantity.IMPORT:
        return None
    site = incident.sensor.site
    day = incident.start.astimezone(site.tz).date()
    amount = energy_cost(incident.extra_wh, site.tariffs.all(), day)
    return None if amount is None else cents(amount)
