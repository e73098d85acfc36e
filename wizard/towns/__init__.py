"""Many towns on one machine: one server, each town as alone."""
