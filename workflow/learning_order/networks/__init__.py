"""The paper's networks as plain modules: inputs → logits.

Each is a function `network(shape, classes, **keywords) -> nn.Module` that knows nothing of files
or of training, so it can be used in any program. config/catalogue.py names them.
"""
