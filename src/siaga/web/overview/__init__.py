"""The first page: one sentence, what is wrong, contestants by platforms."""
