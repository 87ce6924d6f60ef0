"""Loaders of datasets, functions `loader(options, root, download) -> Examples`."""
