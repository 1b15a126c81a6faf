"""The test images of Fashion-MNIST, which are in the repository, and how the notebooks draw them."""

import gzip
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

NAMES = ["T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Boot"]
_DATA = Path(__file__).resolve().parent.parent / "examples" / "data"


def load() -> tuple[np.ndarray, np.ndarray]:
    """10,000 images of 28 x 28 grey values as rows of 784 floats, and the number of each one's name."""
    images = np.frombuffer(gzip.open(_DATA / "t10k-images-idx3-ubyte.gz").read(), np.uint8)[16:]
    labels = np.frombuffer(gzip.open(_DATA / "t10k-labels-idx1-ubyte.gz").read(), np.uint8)[8:]
    return images.reshape(-1, 784).astype(np.float32), labels


def show(pictures, rows, first="query"):
    """Draws rows of pictures: the first of each, the query, in black, the others in blue; a row is a list of (number, caption)."""
    side = int(np.sqrt(pictures.shape[1]))
    columns = max(len(row) for row in rows)
    figure, axes = plt.subplots(len(rows), columns, figsize=(1.22 * columns, 1.42 * len(rows)), squeeze=False)
    for axis in axes.flat:
        axis.axis("off")
    for line, row in zip(axes, rows):
        for place, (axis, (number, caption)) in enumerate(zip(line, row)):
            axis.imshow(pictures[number].reshape(side, side), cmap="Blues" if place else "Greys")
            axis.set_title(caption if place else f"{first}: {caption}" if first else caption, fontsize=8)
    figure.tight_layout()
    plt.show()
