"""From a dataset to predictions: a model is a pure function of dataset, recipe, extent and seed."""
