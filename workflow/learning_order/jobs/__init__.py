"""What will run: one module a rule, named as the rule and as its script."""
