"""Applies given distortions to the images in ../preprocessing with Keras' ImageDataGenerator.

Usage: pip install keras numpy scipy, then python make.py. The two functions are extracted from the source
text of the installed Keras, so that no backend is needed. SciPy has since moved the function that they call.
"""

import ast
import importlib.util
import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import scipy.ndimage

HERE = Path(__file__).parent
WANTED = {"apply_affine_transform", "transform_matrix_offset_center"}

# tx, ty in pixels, shear in degrees, zx and zy as factors: the names of ImageDataGenerator.apply_transform.
DISTORTIONS = [
    {"flip_horizontal": True},
    {"tx": 2.0, "ty": -1.0},
    {"tx": -2.6, "ty": 3.3},
    {"shear": 20.0},
    {"shear": -11.5, "flip_horizontal": True},
    {"zx": 1.2, "zy": 0.85},
    {"tx": 1.7, "ty": -2.4, "shear": 8.0, "zx": 0.8, "zy": 1.15, "flip_horizontal": True},
    {},
]


def keras_functions():
    package = Path(importlib.util.find_spec("keras").submodule_search_locations[0])
    path = package / "src/legacy/preprocessing/image.py"
    found = [
        node
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef) and node.name in WANTED
    ]
    for node in found:
        node.decorator_list = []
    interpolation = type("interpolation", (), {"affine_transform": staticmethod(scipy.ndimage.affine_transform)})
    ndimage = type("ndimage", (), {"interpolation": interpolation})
    names = {"np": np, "scipy": type("scipy", (), {"ndimage": ndimage})}
    exec(compile(ast.Module(body=found, type_ignores=[]), str(path), "exec"), names)
    return names["apply_affine_transform"]


def main():
    apply_affine_transform = keras_functions()
    images = np.fromfile(HERE / "../preprocessing/images.u8", np.uint8).reshape(8, 28, 28, 1)
    results = []
    for image, distortion in zip(images.astype(np.float64), DISTORTIONS):
        arguments = {name: value for name, value in distortion.items() if name != "flip_horizontal"}
        result = apply_affine_transform(image, **arguments, row_axis=0, col_axis=1, channel_axis=2)
        results.append(result[:, ::-1] if distortion.get("flip_horizontal") else result)
    np.stack(results).astype("<f4").tofile(HERE / "augmented.f32")
    index = {
        "keras": version("keras"),
        "scipy": version("scipy"),
        "images": "../preprocessing/images.u8",
        "file": "augmented.f32",
        "shape": [8, 28, 28, 1],
        "distortions": DISTORTIONS,
    }
    (HERE / "index.json").write_text(json.dumps(index, indent=1) + "\n")


if __name__ == "__main__":
    main()
