"""Reports from the public: taken within limits, kept without who sent them, pictures made harmless."""
