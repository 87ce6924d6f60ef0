"""Loaders of datasets: a function `loader(options, root, download) -> Examples` each."""
