"""The demo's mailbox takes real mail and shows it as text."""

import aiosmtplib
import httpx

from siaga.simulation.mailbox import mailbox

MAIL = """\
From: notices@siaga.example\r
To: oncall@x.example\r
Subject: <script>alert(1)</script> (case C-1)\r
Message-ID: <N-1@siaga.example>\r
\r
<b>See</b> http://127.0.0.1/en/answer/abc\r
javascript:alert(1)\r
"""


async def test_mail_arrives_and_is_shown_as_text_with_its_links() -> None:
    async with mailbox() as box:
        browser = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=box.site()), base_url="http://127.0.0.1"
        )
        assert "Nothing has arrived yet" in (await browser.get("/")).text
        await aiosmtplib.send(
            MAIL.encode(),
            sender="notices@siaga.example",
            recipients=["oncall@x.example"],
            hostname="127.0.0.1",
            port=box.port,
        )
        (mail,) = box.mails
        page = await browser.get("/")
    assert (mail.id, mail.answers, mail.to) == ("<N-1@siaga.example>", "", "oncall@x.example")
    assert '<a href="http://127.0.0.1/en/answer/abc">' in page.text
    for bad in ("<script>", "<b>", 'href="javascript'):
        assert bad not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
