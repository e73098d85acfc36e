"""What happens and is stored nowhere, told to whoever counts it: codes of the portal's own, nothing about anyone."""

from blinker import Signal

draft_opened = Signal("A draft was opened; the sender is its DraftKind.")
step_saved = Signal("A page of a draft was saved, right or wrong; the sender is its DraftKind, `step` the page's slug.")
