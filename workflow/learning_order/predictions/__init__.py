"""The Parquet contract: what every model predicted for every example."""
