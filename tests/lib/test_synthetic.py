from functools import partial
from zoneinfo import ZoneInfo

import numpy as np

from emads.lib import clock, synthetic

BERLIN = ZoneInfo("Europe/Berlin")
HOME = synthetic.Home(seed=1, heating_w=1200, solar_wp=5000)
SPRING_DAY = 1774738800  # 2026-03-29 00:00 in Berlin, 23 hours long


def test_a_day_is_the_same_on_every_call():
    first, again = synthetic.household(HOME, 20000), synthetic.household(HOME, 20000)
    np.testing.assert_array_equal(first, again)


def test_pieces_of_a_day_join_to_the_whole():
    make = partial(synthetic.energy, partial(synthetic.household, HOME), tz=BERLIN)
    whole = make(start=0, end=clock.DAY)[1]
    joined = np.concatenate(
        [make(start=0, end=30000)[1], make(start=30000 - 30000 % 900 + 900, end=clock.DAY)[1]]
    )
    np.testing.assert_array_equal(whole, joined)


def test_the_spring_day_has_92_quarters():
    end = int(clock.edges(SPRING_DAY, SPRING_DAY + 1, "day", BERLIN)[1])
    seconds, wh = synthetic.energy(partial(synthetic.household, HOME), SPRING_DAY, end, BERLIN)
    assert len(seconds) == len(wh) == 92


def test_the_sun_does_not_shine_at_night():
    power = synthetic.solar(HOME, 20000)
    assert power[:12].max() == power[-8:].max() == 0
    assert power.max() > 100


def test_winter_needs_more_heat_than_summer():
    january, july = 20468, 20649  # 2026-01-15, 2026-07-15
    assert synthetic.heat_pump(HOME, january).sum() > 1.4 * synthetic.heat_pump(HOME, july).sum()
