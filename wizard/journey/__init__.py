"""Journeys of several steps: what they are, and the one view that serves them."""
