"""What people type, made into what is stored: one form for each value, whatever look-alike was typed. Pure."""
