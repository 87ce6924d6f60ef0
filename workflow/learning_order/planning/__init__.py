"""What a run would cost, before anything runs: models, images, hours and disk.

`sizes` knows how many examples a dataset has, `work` which models figures need, `rates` how quick
this device trains them, which `calibration` measures, `estimate` what that comes to, and `report`
how it is said. `pilot` tells from the first networks of a collection how many it takes.
"""
