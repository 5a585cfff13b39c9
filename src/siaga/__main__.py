"""`python -m siaga`: the command line."""

from siaga.cli import main

main()
