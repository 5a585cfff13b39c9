"""The ground floor: plain types, answers, failures, time and errors that every room shares.

Nothing here imports another room, does I/O, or decides anything.
"""
