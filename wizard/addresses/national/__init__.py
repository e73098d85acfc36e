"""The national geocoder's client."""
