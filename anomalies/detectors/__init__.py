"""Detection as pure functions on arrays: no Django, no clock, no database.

`fleet.FleetDetector.score` is the way in. Everything looks back only, so judging a year at once and judging
each hour as it comes give the same numbers. Energy is in Wh per hour; NaN means no reading or not judged.
"""
