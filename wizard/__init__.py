"""Portail Famille: the family portal of a French town."""
