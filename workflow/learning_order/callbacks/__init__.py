"""The recorder in the training loops of others: one module per framework, which it imports."""
