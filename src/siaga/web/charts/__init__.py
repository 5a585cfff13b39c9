"""Charts as SVG text, made on the server."""
