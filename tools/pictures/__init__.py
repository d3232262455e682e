"""The pictures of the documentation, made by obs itself."""
