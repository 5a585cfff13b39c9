"""The pages on which a newcomer sets a watch up, before there is one."""
