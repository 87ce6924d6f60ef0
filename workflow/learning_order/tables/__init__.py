"""The score tables of a collection, one Parquet file each."""
