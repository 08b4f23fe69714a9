"""Detection in one data folder: the grid and what is stepped on it. The methods themselves are in `veille.detect`."""
