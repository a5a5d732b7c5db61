"""The authorisation matrix: who gets which answer to what, as data, and the world it is of."""
