"""Plausible data for a query that nobody ran: which series it would return, and curves that look like its numbers."""
