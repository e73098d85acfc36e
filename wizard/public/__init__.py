"""What is open to all: the pages about the portal, and what a page asks while one types."""
