"""The API, described by OpenAPI."""
