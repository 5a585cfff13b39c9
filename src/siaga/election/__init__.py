"""Reads an election file and says exactly what is wrong with a bad one."""
