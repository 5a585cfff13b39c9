"""A real nginx with the very configuration that docs/operations.md gives."""

import getpass
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.real.built import ROOT, program, skip_if_it_cannot_be_had
from tests.real.postgresql import listens
from tests.real.server_process import ServerProcess, free_port

HOST = "pemilu.example"
MIME_TYPES = Path("/etc/nginx/mime.types")
AROUND = """
user {user};
daemon off;
pid nginx.pid;
error_log stderr;
events {{ worker_connections 768; }}
http {{
    access_log off;
    include mime.types;
    default_type application/octet-stream;
    gzip on;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    {server}
}}
"""
"""What Debian's nginx.conf has around a `server`, within one directory."""


def documented_server() -> str:
    """The configuration as an operator copies it."""
    _, _, rest = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").partition("```nginx\n")
    server, found, _ = rest.partition("```")
    assert found, "docs/operations.md has no configuration for nginx"
    return server


def changed(text: str, changes: Mapping[str, str]) -> str:
    """The text with what an operator changes; each stands in it exactly once."""
    for old, new in changes.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


@contextmanager
def documented_nginx(directory: Path, site_port: int, certificate: Path, public: Path) -> Iterator[int]:
    """The port of 127.0.0.1 where it listens, until the block ends; the site is behind it.

    `certificate` holds the key as well.
    """
    skip_if_it_cannot_be_had("nginx")
    port = free_port()
    server = changed(
        documented_server(),
        {
            "listen 443 ssl http2;": f"listen 127.0.0.1:{port} ssl http2;",
            "/etc/ssl/pemilu.example.pem": str(certificate),
            "/etc/ssl/pemilu.example.key": str(certificate),
            "/srv/siaga/public": str(public),
            "http://127.0.0.1:8024": f"http://127.0.0.1:{site_port}",
        },
    )
    shutil.copy(MIME_TYPES, directory)
    config = directory / "nginx.conf"
    config.write_text(AROUND.format(user=getpass.getuser(), server=server))
    path = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin"))
    command = [shutil.which("nginx", path=path) or program("nginx"), "-p", directory, "-c", config]
    process = ServerProcess("nginx", command, directory)
    try:
        process.wait_for(lambda: listens(port))
        yield port
    finally:
        process.stop()
