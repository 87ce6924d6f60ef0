"""Write what the smoke scale reads: python tests/support/miniatures data/miniatures"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from support import miniatures

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    miniatures.write_all(Path(sys.argv[1]))
