"""What a child process does with hostile bytes. It imports nothing of the portal, and itself by relative names only:

the child knows this package as `child`, and nothing above it (`processing.COMMAND`).
"""
