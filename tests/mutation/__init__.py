"""Small mistakes put into the product, one by one, to see whether a test notices: `make mutants`."""
