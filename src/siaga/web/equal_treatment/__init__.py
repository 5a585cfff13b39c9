"""How evenly platforms treat the contestants, and how evenly they are measured."""
