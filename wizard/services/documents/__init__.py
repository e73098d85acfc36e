"""The documents that parents give: how they arrive, what is kept of them, who reads them."""
