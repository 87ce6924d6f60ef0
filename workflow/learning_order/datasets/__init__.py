"""Datasets: loaders that return `Examples`, and what the configuration can do to them.

A loader is a function `loader(options, root, download) -> Examples`: options is a dataset's
entry in config.yaml, root the folder to look in, download whether it may fetch what is missing.
load.py calls it and applies the general options in a fixed order: classes, limit, partition, random
labels, no labels, features. config/catalogue.py names the loaders that are known.
"""
