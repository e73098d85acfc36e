"""From the official files to the address database."""
