"""The dossier administratif of a child: what is asked, what was deposited, what is authorised."""
