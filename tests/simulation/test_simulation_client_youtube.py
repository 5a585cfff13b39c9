"""google-api-python-client, Google's own client, accepts what the simulated YouTube answers.

It checks requests against the published discovery document, which it carries; nothing is fetched.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.simulation.served_platforms import TOKEN, ServedPlatforms

from siaga.simulation.faults import FaultKind

pytestmark = pytest.mark.usefixtures("loopback_only")


@pytest.fixture
def client(platforms: ServedPlatforms) -> Iterator[Any]:
    with connected(platforms, TOKEN) as made:
        yield made


def connected(platforms: ServedPlatforms, key: str) -> Any:
    from googleapiclient.discovery import build

    return build(
        "youtube",
        "v3",
        developerKey=key,
        static_discovery=True,
        client_options={"api_endpoint": platforms.address("youtube")},
    )


def test_videos_are_searched_newest_first_over_pages(client: Any) -> None:
    request = client.search().list(q="mahfud", part="snippet", type="video", order="date", maxResults=10)
    first = request.execute()
    second = client.search().list_next(request, first).execute()
    items = [*first["items"], *second["items"]]
    assert len({item["id"]["videoId"] for item in items}) == 20
    times = [item["snippet"]["publishedAt"] for item in items]
    assert times == sorted(times, reverse=True)
    assert first["kind"] == "youtube#searchListResponse"


def test_channels_are_searched_and_read(client: Any) -> None:
    found = client.search().list(q="mahfud", part="snippet", type="channel").execute()["items"]
    id = found[0]["id"]["channelId"]
    (channel,) = client.channels().list(id=id, part="snippet,statistics,contentDetails").execute()["items"]
    assert channel["snippet"]["title"] == found[0]["snippet"]["title"]
    assert int(channel["statistics"]["subscriberCount"]) >= 0
    (own,) = client.channels().list(forHandle="@mohmahfudmd", part="snippet").execute()["items"]
    assert own["snippet"]["customUrl"] == "@mohmahfudmd"


def test_a_channels_uploads_lead_to_videos_and_their_comments(client: Any) -> None:
    (own,) = client.channels().list(forHandle="@mohmahfudmd", part="contentDetails").execute()["items"]
    uploads = own["contentDetails"]["relatedPlaylists"]["uploads"]
    items = client.playlistItems().list(playlistId=uploads, part="contentDetails").execute()["items"]
    video = items[0]["contentDetails"]["videoId"]
    (read,) = client.videos().list(id=video, part="snippet,statistics").execute()["items"]
    assert read["id"] == video
    threads = client.commentThreads().list(videoId=video, part="snippet", maxResults=20).execute()
    for thread in threads["items"]:
        assert thread["snippet"]["topLevelComment"]["snippet"]["textDisplay"]


def test_a_canary_finds_nothing(client: Any) -> None:
    found = client.search().list(q="qzxvkwpt", part="snippet", type="video").execute()
    assert found["items"] == []
    assert found["pageInfo"]["totalResults"] == 0


def test_a_wrong_key_a_used_up_quota_and_an_error_raise_with_their_reason(
    client: Any, platforms: ServedPlatforms
) -> None:
    from googleapiclient.errors import HttpError

    def search(asking: Any) -> None:
        asking.search().list(q="mahfud", part="snippet").execute()

    with connected(platforms, "wrong") as stranger, pytest.raises(HttpError) as wrong:
        search(stranger)
    assert wrong.value.status_code == 400
    with platforms.fault("youtube", FaultKind.LIMIT), pytest.raises(HttpError) as limited:
        search(client)
    assert (limited.value.status_code, limited.value.error_details[0]["reason"]) == (403, "quotaExceeded")
    with platforms.fault("youtube", FaultKind.ERROR), pytest.raises(HttpError) as failed:
        search(client)
    assert failed.value.status_code == 503
    with pytest.raises(HttpError) as missing:
        client.commentThreads().list(videoId="AAAAAAAAAAA", part="snippet").execute()
    assert missing.value.error_details[0]["reason"] == "videoNotFound"
