"""The third journey: the dossier administratif of each child, for one school year."""
