"""Small changes to a platform's definitions, and whether any of its scenarios notices."""
