"""Signals of under-reporting: pure functions from counts to frames that say flag, clear or cannot tell."""
