"""Addresses: import of the official files, search on the town's own machine, check of what a form sends back.

import_files(paths, target, progress=...) -> ImportReport      raises ImportFailed, target untouched
index = Index(path, citycode=..., neighbours=(...))            one for the process, used by every thread
index.ready                                                    False before the first import
index.search("12 rue d'anj", limit=5) -> tuple[Suggestion, ...]
index.find(address_id) -> Suggestion | None
index.resolve(text, address_id) -> Resolution
communes_of("44521") -> tuple[Commune, ...]                     needs no index
"""

from wizard.addresses.communes import Commune, commune_of, communes_of
from wizard.addresses.demonstration import demonstration_files
from wizard.addresses.importing.database import ImportReport, bytes_to_read, import_files
from wizard.addresses.importing.files import ImportFailed
from wizard.addresses.national.geocoder import Geocoder
from wizard.addresses.search.index import Index
from wizard.addresses.suggestion import Check, Resolution, Suggestion

__all__ = [
    "Check",
    "Commune",
    "Geocoder",
    "ImportFailed",
    "ImportReport",
    "Index",
    "Resolution",
    "Suggestion",
    "bytes_to_read",
    "commune_of",
    "communes_of",
    "demonstration_files",
    "import_files",
]
