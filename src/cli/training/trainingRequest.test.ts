import { describe, expect, test } from "vitest";
import { PlaygroundError } from "../../core/errors.ts";
import { oneMinute } from "../../settings/recipes/oneMinute.ts";
import { readTrainingRequest, withOwnData } from "./trainingRequest.ts";

function faultOf(...args: string[]): PlaygroundError {
  try {
    readTrainingRequest(args);
  } catch (error) {
    if (error instanceof PlaygroundError) return error;
    throw error;
  }
  throw new Error(`${args.join(" ")} was accepted`);
}

describe("the command line of a training", () => {
  test("a recipe alone means its own settings", () => {
    expect(readTrainingRequest(["one-minute"])).toEqual({
      recipe: "one-minute",
      settings: oneMinute.settings,
      engine: "automatic",
      outFolder: "trained/one-minute",
      limits: {},
      predictions: false,
      json: false,
    });
  });

  test("options and --set change the settings", () => {
    const { settings, engine } = readTrainingRequest(
      "one-minute --engine wasm --threads 2 --steps 12 --seed 7 --set width=0.5 --set optimizer=sgd".split(
        " ",
      ),
    );
    expect(settings).toMatchObject({ budget: "steps", steps: 12, seed: 7, width: 0.5 });
    expect(settings).toMatchObject({ optimizer: "sgd", engine: "wasm" });
    expect({ engine, threads: settings.threads }).toEqual({ engine: "wasm", threads: 2 });
  });

  test("--epochs may be a fraction", () => {
    const { settings } = readTrainingRequest(["one-minute", "--epochs", "0.5"]);
    expect(settings).toMatchObject({ budget: "epochs", epochs: 0.5 });
  });

  test("--images is a length of its own", () => {
    const { settings } = readTrainingRequest(["one-minute", "--images", "5000"]);
    expect(settings).toMatchObject({ budget: "images", images: 5000 });
  });

  test("--cut, --head and --freeze give a new head to a network whose first layers stay", () => {
    const { settings } = readTrainingRequest(
      "transfer --cut block4_add --head gmp --set headDropout=0.3 --freeze block3".split(" "),
    );
    expect(settings).toMatchObject({ cutLayer: "block4_add", headPooling: "max" });
    expect(settings).toMatchObject({ headDropout: 0.3, frozenLayers: 26 });
    const through = ["transfer", "--freeze", "block5_sepconv2_act"];
    expect(readTrainingRequest(through).settings.frozenLayers).toBe(40);
  });

  test.each([
    ["a layer that is not there", ["--cut", "block9_add"], /no layer of this name/],
    ["a frozen layer that fell away", ["--cut", "block3_add", "--freeze", "block4"], /no layer/],
    ["every layer frozen", ["--freeze", "64"], /no layer with weights is left to train/],
    ["a cut below the frozen layers", ["--cut", "block2_add"], /at most 17 of 18 layers, got 40/],
    ["an unknown head", ["--cut", "block2_add", "--head", "gab"], /Did you mean "gap"/],
    ["a head without a cut", ["--head", "gap"], /cutLayer=anything but none/],
    ["two ways to freeze", ["--freeze", "3", "--set", "frozenLayers=3"], /given twice/],
  ])("%s is refused", (_name, args, message) => {
    expect(() => readTrainingRequest(["transfer", ...args])).toThrow(message);
  });

  test.each([
    ["an unknown recipe", ["two-minutes"], "setting.invalid"],
    ["no recipe", ["--json"], "command.invalid"],
    ["two recipes", ["one-minute", "paper"], "command.invalid"],
    ["an unknown option", ["one-minute", "--stepz", "3"], "command.invalid"],
    ["an option without its value", ["one-minute", "--steps"], "command.invalid"],
    ["an unknown setting", ["one-minute", "--set", "depth=3"], "setting.unknown"],
    ["a wrong value", ["one-minute", "--set", "width=2"], "setting.invalid"],
    ["a setting without a value", ["one-minute", "--set", "width"], "setting.invalid"],
    ["steps that are no number", ["one-minute", "--steps", "many"], "setting.invalid"],
    ["an unknown engine", ["one-minute", "--engine", "cuda"], "engine.unavailable"],
    ["two lengths", ["one-minute", "--epochs", "1", "--steps", "9"], "command.invalid"],
    ["too many threads", ["one-minute", "--threads", "9"], "setting.invalid"],
    ["threads for tfjs", ["one-minute", "--engine", "tfjs", "--threads", "2"], "command.invalid"],
  ])("%s is refused", (_name, args, code) => {
    expect(faultOf(...args).code).toBe(code);
  });

  test("shares are refused beside files that say themselves what trains and what tests", () => {
    const shares = ["--set", "ownTestShare=10", "--set", "ownValidationShare=30"];
    const request = readTrainingRequest(["one-minute", "--data", "folder", ...shares]);
    expect(withOwnData(request, "csv").settings).toMatchObject({
      ...{ dataSet: "csv", ownTestShare: 10, ownValidationShare: 30 },
    });
    for (const kind of ["arrays", "mnist"] as const)
      expect(() => withOwnData(request, kind)).toThrow(
        `--set ownTestShare: the setting does nothing beside the others; expected dataSet=csv or images, got dataSet=${kind}.`,
      );
  });
});
