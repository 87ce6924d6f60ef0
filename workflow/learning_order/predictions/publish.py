"""Rewrites finished predictions for publication: the same rows, smaller, and how they were made.

What is not compressible, p_true and margin, is stored byte by byte: the bytes that hold the
exponents are alike. A file shrinks by some 5 %, and every reader of Parquet still reads it.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from learning_order.predictions.contract import COUNTED, METADATA_KEY, PROBABILITIES, REPEATED
from learning_order.predictions.reading import read_metadata
from learning_order.runtime.seal import check_whole, sealed_aside

LEVEL = 19  # of zstd: slow to write, as quick to read
BYTE_BY_BYTE = "BYTE_STREAM_SPLIT"
UNLIKE = {**COUNTED, **dict.fromkeys(PROBABILITIES.names, BYTE_BY_BYTE)}
# Without statistics where nobody looks for them: 282 row groups have many.
WITH_STATISTICS = ["seed", "extent", "split", *PROBABILITIES.names]


def publish_block(
    source: Path, target: Path, made: Mapping[str, Any], probabilities: bool = True
) -> None:
    """Write the predictions of a file of the contract once more, with how they were made.

    Parameters
    ----------
    source, target : Path
        A file of the contract, and where its smaller copy goes; both have the same rows and row
        groups in the same order.
    made : mapping
        What to say of its making, such as machine, hours and command: added to its metadata.
    probabilities : bool
        Whether to keep p_true and margin, three bytes in four.

    Raises
    ------
    Damaged
        Where the source is not as it was written.
    """
    check_whole(source, "delete it, and its models are trained again")
    metadata = {**read_metadata(source), **made}
    with pq.ParquetFile(source) as file, sealed_aside(target) as aside:
        left_out = () if probabilities else PROBABILITIES.names
        kept = [field for field in file.schema_arrow if field.name not in left_out]
        schema = pa.schema(kept)
        encodings = {name: how for name, how in UNLIKE.items() if name in schema.names}
        with pq.ParquetWriter(
            aside,
            schema,
            compression="zstd",
            compression_level=LEVEL,
            use_dictionary=REPEATED,
            column_encoding=encodings,
            write_statistics=[name for name in WITH_STATISTICS if name in schema.names],
        ) as writer:
            for group in range(file.num_row_groups):
                writer.write_table(file.read_row_group(group, columns=schema.names))
            writer.add_key_value_metadata({METADATA_KEY: json.dumps(metadata, sort_keys=True)})
