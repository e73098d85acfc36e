"""From what a person types to the addresses of the database."""
