"""What the present verdicts come to, shared by slices: the matrix, the headline."""
