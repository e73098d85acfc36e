"""The icon security check: which icons, how they are drawn. Storing and asking belong to others."""
