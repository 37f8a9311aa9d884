"""Numbers of energy use: pure functions on arrays of buckets. Energy is Wh, power W, instants UTC seconds.

NaN means "no reading" and is never taken for zero; a result that rests on no reading is NaN itself.
"""
