"""Energy from the registers of a counter. Pure: arrays in, arrays out.

A register is cumulative; what it gained between two readings is the energy of the interval that starts at
the first of them.

* A fall is held until the next reading judges it. If the next is back at or above the register before the
  fall, the low reading was a glitch. If only the one reading before the fall stands out above both sides,
  that one was. Else the meter was reset or swapped: the new register counts from its own first value, and
  what was used across the reset is unknown.
* Zeros between two readings say nothing unless the register after them is lower than before: devices send 0
  while they start. At the end they wait for a reading that judges them.
* Zeros before the first register are believed, unless the first step is out of proportion to those after
  it.
* Energy that arrives late, after an outage, stays in the one interval it was read in, flagged as recovered.

The rules look at no more than `CONTEXT` non-zero readings on either side, so a window with that context
derives the same as the whole history, and the order in which readings arrived cannot matter.
"""

from typing import NamedTuple

import numpy as np

from emads.lib.arrays import BoolArray, FloatArray, IntArray

CONTEXT = 6
LEAP, LEAST_WH = 1000.0, 10.0  # a first step so many times the next one, or this, is no energy
LATE = 1.5  # an interval so many times the expected one was an outage


class Energy(NamedTuple):
    """Energy of intervals between registers, oldest first. All shapes (n,)."""

    t: IntArray  # start of the interval [s]
    wh: FloatArray  # never negative [Wh]
    recovered: BoolArray  # the interval is longer than expected: energy of an outage


def derive(second: IntArray, register: FloatArray, expected_s: int | None = None) -> Energy:
    """Energy of each interval between registers that can be trusted.

    second   : (n,) strictly growing [s]
    register : (n,) cumulative [Wh], no NaN
    expected_s : usual interval [s]; without it the median of these readings
    returns  : (m,) with m < n; no row across a reset, none after the last register
    """
    good = trusted(register)
    t, value = second[good], register[good]
    if len(t) < 2:
        return Energy(t[:0], value[:0], np.zeros(0, dtype=bool))
    gained, lasted = np.diff(value), np.diff(t)
    known = gained >= 0
    usual = expected_s or float(np.median(lasted))
    return Energy(t[:-1][known], gained[known], (lasted > LATE * usual)[known])


def trusted(register: FloatArray) -> BoolArray:
    """Which readings are no glitch. (n,) -> (n,)"""
    solid = np.flatnonzero(register != 0)
    good = np.zeros(len(register), dtype=bool)
    good[solid[~_lone(register[solid])]] = True
    believed: BoolArray = good | _real_zeros(register, good)
    return believed


def _real_zeros(register: FloatArray, solid: BoolArray) -> BoolArray:
    """Zeros of a meter that began or began again; between solid readings that go on they say nothing. (n,)"""
    place = np.arange(len(register))
    before = np.maximum.accumulate(np.where(solid, place, -1))
    after = np.minimum.accumulate(np.where(solid, place, len(register))[::-1])[::-1]
    zero, judged = register == 0, after < len(register)
    leading = zero & (before < 0)
    if leading.any() and _leaps(register[solid][:2]):
        leading[:] = False
    inner = zero & judged & (before >= 0)
    began_again = np.zeros(len(register), dtype=bool)
    began_again[inner] = register[after[inner]] < register[before[inner]]
    real: BoolArray = leading | began_again
    return real


def _leaps(first: FloatArray) -> bool:
    """The step from 0 to the first register is too large to be energy."""
    usual = max(float(np.abs(np.diff(first)).max(initial=0.0)), LEAST_WH)
    return len(first) > 0 and float(first[0]) > LEAP * usual


def _lone(p: FloatArray) -> BoolArray:
    """Readings that stand out alone: below both neighbours, or above both while these go on. (n,) -> (n,)"""
    lone = np.zeros(len(p), dtype=bool)
    fall = np.flatnonzero(p[1:] < p[:-1])  # from fall to fall + 1
    judged = fall + 2 < len(p)
    lone[fall[~judged] + 1] = True  # held
    fall = fall[judged]
    back = p[fall + 2] >= p[fall]
    lone[fall[back] + 1] = True
    high = fall[~back & (fall > 0)]
    high = high[(p[high + 1] >= p[high - 1]) & ~lone[high - 1]]
    lone[high] = True
    return lone
