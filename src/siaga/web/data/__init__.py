"""The open data: the page, the dictionary of columns, and the files."""
