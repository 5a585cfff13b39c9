"""Pages and API over all of it; decides nothing itself."""
