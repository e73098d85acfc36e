"""How many tries a password would take: zxcvbn, French words and the person's own."""
