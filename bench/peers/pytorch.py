"""
Entrant: PyTorch, eager, channels-last, on the processor. Builds the network from the saved model, layer by layer.

Started by `npm run bench -- cpu --python PYTHON`; needs `pip install torch==2.13.0 numpy`. Reads one JSON request a line
and answers with one JSON line each: {"kind": "prepare", "folder", "threads", "learningRate", "checkedSteps"} builds the
network and gives the losses of its first steps, {"kind": "run", "steps"} gives the milliseconds of each.
"""

import json
import math
import sys
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F


def read_weights(folder, model):
    """Weights by path, as PyTorch lays them out, and the moving statistics apart."""
    values = np.fromfile(folder / "weights.bin", dtype="<f4")
    weights, statistics, begin = {}, {}, 0
    for spec in model["weightsManifest"][0]["weights"]:
        name, shape = spec["name"], spec["shape"]
        size = math.prod(shape)
        array = torch.from_numpy(values[begin : begin + size].reshape(shape).copy())
        begin += size
        if "/moving_" in name:
            statistics[name] = array
            continue
        if name.endswith("/depthwise_kernel"):
            height, width, channels, multiplier = shape
            array = array.permute(2, 3, 0, 1).reshape(channels * multiplier, 1, height, width)
        elif len(shape) == 4:
            array = array.permute(3, 2, 0, 1)
        elif len(shape) == 2:
            array = array.t()
        layout = torch.channels_last if array.dim() == 4 else torch.contiguous_format
        weights[name] = array.contiguous(memory_format=layout).requires_grad_()
    return weights, statistics


def same_padding(x, window, strides):
    """Keras' "same": what does not divide evenly lies right and below."""
    totals = [
        max(0, (math.ceil(size / stride) - 1) * stride + side - size)
        for size, side, stride in zip(x.shape[2:], window, strides)
    ]
    (top, bottom), (left, right) = [(total // 2, total - total // 2) for total in totals]
    return left, right, top, bottom


def convolve(x, kernel, strides, padding, groups=1):
    if padding == "same":
        left, right, top, bottom = same_padding(x, kernel.shape[2:], strides)
        if left == right and top == bottom:
            return F.conv2d(x, kernel, stride=strides, padding=(top, left), groups=groups)
        x = F.pad(x, (left, right, top, bottom))
    return F.conv2d(x, kernel, stride=strides, groups=groups)


def max_pool(x, window, strides):
    left, right, top, bottom = same_padding(x, window, strides)
    if left == right and top == bottom:
        return F.max_pool2d(x, window, strides, padding=(top, left))
    return F.max_pool2d(F.pad(x, (left, right, top, bottom), value=-math.inf), window, strides)


class Network:
    def __init__(self, folder, learning_rate):
        model = json.loads((folder / "model.json").read_text())
        self.layers = model["modelTopology"]["config"]["layers"]
        self.weights, self.statistics = read_weights(folder, model)
        self.optimizer = torch.optim.Adam(self.weights.values(), lr=learning_rate, eps=1e-7)
        shape = self.layers[0]["config"]["batch_input_shape"][1:]
        images = np.fromfile(folder / "images.bin", dtype="<f4").reshape(-1, *shape)
        self.images = (
            torch.from_numpy(images)
            .permute(0, 3, 1, 2)
            .contiguous(memory_format=torch.channels_last)
        )
        self.labels = torch.from_numpy(np.fromfile(folder / "labels.bin", dtype=np.uint8).astype(np.int64))

    def apply(self, layer, inputs):
        kind, config = layer["class_name"], layer["config"]
        weight = lambda part: self.weights[f"{layer['name']}/{part}"]
        x = inputs[0]
        if kind == "Conv2D":
            return convolve(x, weight("kernel"), config["strides"], config["padding"])
        if kind == "SeparableConv2D":
            depthwise = weight("depthwise_kernel")
            x = convolve(x, depthwise, config["strides"], config["padding"], groups=x.shape[1])
            return F.conv2d(x, weight("pointwise_kernel"))
        if kind == "BatchNormalization":
            moving = [self.statistics[f"{layer['name']}/moving_{part}"] for part in ("mean", "variance")]
            momentum = 1 - config["momentum"]
            return F.batch_norm(x, *moving, weight("gamma"), weight("beta"), True, momentum, config["epsilon"])
        if kind == "Activation":
            return F.relu(x)
        if kind == "MaxPooling2D":
            return max_pool(x, config["pool_size"], config["strides"])
        if kind == "Add":
            return x + inputs[1]
        if kind == "GlobalAveragePooling2D":
            return x.mean(dim=(2, 3))
        if kind == "Dense":
            return F.linear(x, weight("kernel"), weight("bias"))
        raise ValueError(f"no {kind} here")

    def logits(self):
        """Of the last layer: its softmax is part of the loss."""
        outputs = {}
        for layer in self.layers:
            sources = layer["inbound_nodes"][0] if layer["inbound_nodes"] else []
            inputs = [outputs[source[0]] for source in sources]
            is_input = layer["class_name"] == "InputLayer"
            outputs[layer["name"]] = self.images if is_input else self.apply(layer, inputs)
        return outputs[self.layers[-1]["name"]]

    def take_step(self):
        self.optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(self.logits(), self.labels)
        loss.backward()
        self.optimizer.step()
        return loss.item()


def time_steps(network, steps):
    milliseconds = []
    for _ in range(steps):
        start = time.perf_counter()
        loss = network.take_step()
        milliseconds.append(1000 * (time.perf_counter() - start))
        if not math.isfinite(loss):
            raise ValueError(f"the loss became {loss}")
    return milliseconds


def serve():
    network = None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if request["kind"] == "prepare":
                torch.set_num_threads(request["threads"])
                network = Network(Path(request["folder"]), request["learningRate"])
                numbers = [network.take_step() for _ in range(request["checkedSteps"])]
            else:
                numbers = time_steps(network, request["steps"])
            reply = {"ok": True, "numbers": numbers}
        except Exception as error:
            reply = {"ok": False, "reason": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    serve()
