"""One WebSocket exchange: frames out, frames in until the end, all bounded."""

import asyncio
import ssl
import time
from typing import Final

import certifi
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake, InvalidStatus, WebSocketException

from siaga.platforms.conversation import Exchange, Response
from siaga.probing.curl_words import Phases
from siaga.probing.http import Outcome
from siaga.words.failures import Failure

LARGEST_FRAME: Final = 512 * 1024
LARGEST_BODY: Final = 2 * 1024 * 1024


async def exchange(
    asked: Exchange, deadline_s: float, *, trust: str | None = None, proxy: str | None = None
) -> Outcome:
    """Hold the exchange; the response's body has the frames, one a line."""
    began = time.monotonic()

    def phases() -> Phases:
        return Phases(total_ms=(time.monotonic() - began) * 1000)

    context = (
        ssl.create_default_context(cafile=trust or certifi.where()) if asked.url.startswith("wss:") else None
    )
    frames: list[str] = []
    size = 0
    try:
        async with asyncio.timeout(deadline_s):
            async with connect(
                asked.url,
                ssl=context,
                proxy=proxy,
                max_size=LARGEST_FRAME,
                max_queue=16,
                open_timeout=None,
                close_timeout=1,
                user_agent_header="siaga",
            ) as socket:
                for frame in asked.frames:
                    await socket.send(frame)
                async for received in socket:
                    if not isinstance(received, str):
                        continue
                    frames.append(received.replace("\n", " "))
                    size += len(received)
                    if (
                        received.startswith(asked.until)
                        or len(frames) >= asked.most_frames
                        or size > LARGEST_BODY
                    ):
                        break
                for frame in asked.farewell:
                    await socket.send(frame)
    except TimeoutError:
        return Outcome(None, Failure.TIMED_OUT, phases())
    except InvalidStatus as refused:
        response = refused.response
        headers = {name.lower(): value for name, value in response.headers.raw_items()}
        return Outcome(
            Response(response.status_code, headers, bytes(response.body or b""), asked.url), None, phases()
        )
    except ssl.SSLCertVerificationError as error:
        return Outcome(None, _certificate(error), phases())
    except ssl.SSLError:
        return Outcome(None, Failure.TLS_HANDSHAKE, phases())
    except ConnectionRefusedError:
        return Outcome(None, Failure.CONNECTION_REFUSED, phases())
    except ConnectionResetError:
        return Outcome(None, Failure.CONNECTION_RESET, phases())
    except (InvalidHandshake, WebSocketException, EOFError):
        return Outcome(None, Failure.CONNECTION_CLOSED, phases())
    except OSError:
        return Outcome(None, Failure.DNS_NON_RECOVERABLE, phases())
    return Outcome(
        Response(101, {}, "\n".join(frames).encode(), asked.url, size > LARGEST_BODY), None, phases()
    )


def _certificate(error: ssl.SSLCertVerificationError) -> Failure:
    if error.verify_code in {2, 18, 19, 20, 21}:
        return Failure.TLS_UNKNOWN_AUTHORITY
    return Failure.TLS_INVALID_HOSTNAME if error.verify_code == 62 else Failure.TLS_INVALID_CERTIFICATE
