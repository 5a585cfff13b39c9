"""What programs ask, as a slice: the API, the event stream, the live tail."""

from typing import Final

from siaga.web.api.routes import api_routes
from siaga.web.slices import Slice

API: Final = Slice(lambda site: api_routes(site.ports, site.cache, site.most_streams))
