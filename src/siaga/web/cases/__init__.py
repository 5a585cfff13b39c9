"""Pages of cases, for everybody, the control room and liaisons."""
