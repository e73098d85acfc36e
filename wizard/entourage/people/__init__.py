"""The people of an entourage: one row of the draft each, one form for each of the three kinds."""
