"""The measurement record's store and exchange formats."""
