"""Signs Nostr events with the relay's own library: unsigned ones in, signed ones out, one JSON object a line.

Run by the relay's environment, which has the library; Siaga itself never signs an event.
"""

import json
import sys

from aionostr.event import Event
from aionostr.key import PrivateKey

for line in sys.stdin:
    wanted = json.loads(line)
    key = PrivateKey(bytes.fromhex(wanted["key"]))
    event = Event(
        pubkey=key.public_key.hex(),
        content=wanted["content"],
        created_at=wanted["created_at"],
        kind=wanted["kind"],
        tags=wanted["tags"],
    )
    event.sign(key.hex())
    print(json.dumps(event.to_json_object()), flush=True)
