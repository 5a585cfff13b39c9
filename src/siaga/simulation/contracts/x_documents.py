"""Posts and accounts as X's documents have them, with the optional parts that were asked for."""

from siaga.simulation.accounts import Account
from siaga.simulation.contracts.contract import rendered, stamp
from siaga.simulation.posts import Post


@rendered
def post_json(post: Post, fields: frozenset[str], first: str) -> object:
    """A post; `first` is the id of the post that it replies to, empty for none."""
    shown: dict[str, object] = {
        "id": str(post.id),
        "text": post.text,
        "edit_history_tweet_ids": [str(post.id)],
    }
    optional: dict[str, object] = {
        "created_at": stamp(post.at),
        "author_id": str(post.author.id),
        "conversation_id": first or str(post.id),
        "lang": "in",
        "entities": {"hashtags": _hashtags(post)},
        "possibly_sensitive": False,
        "reply_settings": "everyone",
        "public_metrics": {
            "retweet_count": post.reposts,
            "reply_count": post.replies,
            "like_count": post.likes,
            "quote_count": 0,
            "bookmark_count": 0,
            "impression_count": post.likes * 40,
        },
    }
    if first:
        optional["referenced_tweets"] = [{"type": "replied_to", "id": first}]
    shown.update((name, value) for name, value in optional.items() if name in fields)
    if "expand.author_id" in fields:
        shown["author_id"] = str(post.author.id)
    return shown


def _hashtags(post: Post) -> list[dict[str, object]]:
    """Where hashtags stand in a post's text."""
    starts = ((tag, post.text.find(f"#{tag}")) for tag in post.tags)
    return [{"start": start, "end": start + len(tag) + 1, "tag": tag} for tag, start in starts if start >= 0]


@rendered
def user_json(account: Account, fields: frozenset[str]) -> object:
    """An account."""
    shown: dict[str, object] = {
        "id": str(account.id),
        "name": account.label,
        "username": account.handle[:15],
    }
    optional: dict[str, object] = {
        "created_at": stamp(account.created),
        "description": account.about,
        "protected": False,
        "verified": account.own,
        "public_metrics": {
            "followers_count": account.followers,
            "following_count": account.follows,
            "tweet_count": account.posts,
            "listed_count": 0,
        },
    }
    shown.update((name, value) for name, value in optional.items() if f"user.{name}" in fields)
    return shown
