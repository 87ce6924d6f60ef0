"""The kinds of figures, a module each; none imports another."""
