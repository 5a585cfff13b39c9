"""What a provider says is believed only where it is right: these providers lie."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from tests.probing.probing_servers import Heard, answering, reply, served

from siaga.domain.time import SystemClock
from siaga.people.openid import LASTS, OpenId
from siaga.people.provider import LEEWAY_S, Provider, ProviderFailed

BACK = "http://127.0.0.1:8000/openid/back"
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
OTHER = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})


@asynccontextmanager
async def lying(spoil: Any = None, key: RSAKey = KEY, algorithm: str = "RS256") -> AsyncIterator[OpenId]:
    """A provider whose tokens are right but for what is spoiled; `nonces` are told by what it was asked."""
    said: dict[str, Any] = {}

    def answer(request: Heard) -> bytes:
        here = f"http://{request.headers['host']}"
        if request.path.endswith("openid-configuration"):
            document: Any = {
                "issuer": here,
                "authorization_endpoint": f"{here}/authorize",
                "token_endpoint": f"{here}/token",
                "jwks_uri": f"{here}/jwks",
            }
        elif request.path == "/jwks":
            document = {"keys": [KEY.as_dict(private=False)]}
        else:
            claims = {"iss": here, "aud": "siaga", "sub": "ayu", "exp": 4e9, "nonce": said["nonce"]}
            if spoil is not None:
                spoil(claims)
            document = {"id_token": jwt.encode({"alg": algorithm, "kid": "one"}, claims, key)}
        return reply(orjson.dumps(document), Content_Type="application/json")

    async with served(answering(answer)) as place:
        provider = OpenId(Provider(f"http://127.0.0.1:{place.port}", "siaga", "s", "Id"), SystemClock())
        provider.__dict__["said"] = said
        yield provider


async def came(provider: OpenId) -> str:
    address, state = await provider.leave(BACK, "en", "/en/")
    provider.__dict__["said"]["nonce"] = parse_qs(urlsplit(address).query)["nonce"][0]
    subject, _ = await provider.come_back(state, "code")
    return subject


async def test_a_token_that_is_right_is_taken() -> None:
    async with lying() as provider:
        assert await came(provider) == "ayu"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda claims: claims.update(iss="https://evil.example"),
        lambda claims: claims.update(aud="another"),
        lambda claims: claims.update(aud=["siaga", "another"]),
        lambda claims: claims.update(exp=1),
        lambda claims: claims.update(exp="later"),
        lambda claims: claims.update(exp=True),
        lambda claims: claims.pop("exp"),
        lambda claims: claims.update(nbf=4e9),
        lambda claims: claims.update(azp="another"),
        lambda claims: claims.update(aud=["siaga", "another"], azp="another"),
        lambda claims: claims.update(nonce="another"),
        lambda claims: claims.pop("nonce"),
        lambda claims: claims.pop("sub"),
        lambda claims: claims.update(sub="x" * 256),
        lambda claims: claims.update(sub=7),
    ],
)
async def test_a_token_for_somebody_or_something_else_is_refused(spoil: Any) -> None:
    async with lying(spoil) as provider:
        with pytest.raises(ProviderFailed):
            await came(provider)


@pytest.mark.parametrize(
    "change",
    [
        lambda claims: claims.update(aud=["siaga"]),
        lambda claims: claims.update(aud=["siaga", "another"], azp="siaga"),
        lambda claims: claims.update(exp=SystemClock().now().timestamp() - LEEWAY_S / 2),
    ],
)
async def test_a_token_for_us_among_others_or_by_a_clock_that_differs_a_little_is_taken(change: Any) -> None:
    async with lying(change) as provider:
        assert await came(provider) == "ayu"


async def test_a_token_that_another_key_signed_is_refused() -> None:
    async with lying(key=OTHER) as provider:
        with pytest.raises(ProviderFailed, match="does not verify"):
            await came(provider)


async def test_a_state_that_rested_too_long_is_over() -> None:
    async with lying() as provider:
        address, state = await provider.leave(BACK, "en", "/en/")
        provider.__dict__["said"]["nonce"] = parse_qs(urlsplit(address).query)["nonce"][0]
        left = provider._pending[state]
        object.__setattr__(left, "at", left.at - LASTS - LASTS)
        with pytest.raises(ProviderFailed, match="too long"):
            await provider.come_back(state, "code")


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://evil.example"},
        {"jwks_uri": "http://10.0.0.1/"},
        {"token_endpoint": "file:///etc/passwd"},
        {"authorization_endpoint": None},
    ],
)
async def test_a_configuration_of_somebody_else_is_refused(document: dict[str, object]) -> None:
    def answer(request: Heard) -> bytes:
        here = f"http://{request.headers['host']}"
        known = {
            "issuer": here,
            "authorization_endpoint": f"{here}/a",
            "token_endpoint": f"{here}/t",
            "jwks_uri": f"{here}/j",
        }
        return reply(orjson.dumps({**known, **document}))

    async with served(answering(answer)) as place:
        provider = OpenId(Provider(f"http://127.0.0.1:{place.port}", "siaga", "s", "Id"), SystemClock())
        with pytest.raises(ProviderFailed, match="configuration"):
            await provider.leave(BACK, "en", "/en/")
