"""When a document serves, and until when it is kept."""

from datetime import date, timedelta

from wizard.models.documents import Document, DocumentState
from wizard.values import school_years

_LAST_DAY = (9, 29)


def serves(document: Document, year: str, today: date) -> bool:
    """Whether a document is what a school year asks for, now or when that year begins.

    One without end serves any year; a promise, the year that it was made for.
    """
    if document.state is DocumentState.PROMISED:
        return document.year == year
    if document.valid_until is None:
        return True
    return document.year <= year and document.valid_until >= max(today, school_years.begins(year))


def given_back_until(year: str) -> date:
    """Return the last day on which parents may take back what they said of health in a year: the next, it is deleted.

    What has no end, and was not asked for again by then, goes too.
    """
    return date(school_years.ends(year).year, *_LAST_DAY)


def kept_until(document: Document, months: int) -> date:
    """Return the last day on which a document is kept: its last school year's, or its own if it is valid longer."""
    end = school_years.ends(document.last_year)
    if document.is_held:
        end = max(end, document.valid_until or given_back_until(document.last_year))
    return end + timedelta(days=30.5) * months
