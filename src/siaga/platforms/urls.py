"""Addresses of requests: every part escaped, so that a name is never more than a name."""

from urllib.parse import quote, urlsplit

from siaga.platforms.json import ContractViolation


def url(base: str, *path: str, **query: str | int) -> str:
    """`base`, the parts of `path` and `query`, all escaped. Underscores in a parameter's name stay.

    Raises:
        ContractViolation: a part is empty or means another place, as `..` does.
    """
    if any(part in {"", ".", ".."} for part in path):
        raise ContractViolation("this name cannot be part of an address")
    address = "/".join([base.rstrip("/"), *map(_escaped, path)])
    if not query:
        return address
    return f"{address}?" + "&".join(
        f"{_escaped(name)}={_escaped(str(value))}" for name, value in query.items()
    )


def host(address: str) -> str:
    """The host of an address, without its port; empty where there is none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _escaped(text: str) -> str:
    return quote(text, safe="", errors="replace")
