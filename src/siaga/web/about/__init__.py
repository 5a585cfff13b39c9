"""Pages that explain: method, words, states, who runs it."""
