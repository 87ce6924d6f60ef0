"""What a run would cost, before anything runs: models, images, hours and disk.

`sizes` knows how many examples a dataset has, `work` which models figures need, `rates` how quick
this device trains them, `estimate` what that comes to, and `tables` how it is said.
"""
