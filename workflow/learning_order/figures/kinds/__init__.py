"""The kinds of figures, one module each; none imports another."""
