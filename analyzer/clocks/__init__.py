"""Clocks of the bundle: what zone and year a stamp was written in, and every event's time in UTC."""
