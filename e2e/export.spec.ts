/**
 * Tests that a run's exported files have the right contents, and that the network is shown as Keras' summary and as a picture.
 */
import { readFile } from "node:fs/promises";
import { expect, type Page, test } from "@playwright/test";
import { strFromU8, unzipSync } from "fflate";
import { InferenceSession, Tensor } from "onnxruntime-node";
import {
  button,
  collectPageErrors,
  openPlayground,
  QUICK,
  SMALLEST,
  status,
} from "./playground.ts";
import { violations } from "./violations.ts";

async function saved(page: Page, name: string): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent("download"), button(page, name).click()]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

const lines = (bytes: Buffer) => bytes.toString("utf8").trimEnd().split("\r\n");

test("train two steps, export: each file is read back", async ({ page }) => {
  const errors = collectPageErrors(page);
  await openPlayground(page, {
    ...SMALLEST,
    ...QUICK,
    dataSet: "starter",
    steps: 2,
  });
  await button(page, "Train").click();
  await expect(status(page)).toHaveText("Finished", { timeout: 200_000 });
  await button(page, "Export").click();
  await expect(page.getByRole("dialog", { name: "Export" })).toContainText("after step 2.");
  expect(await violations(page)).toEqual([]);

  const archive = await saved(page, "Save TensorFlow.js model");
  expect(archive.name).toBe("one-minute-step-2-tfjs.zip");
  const files = unzipSync(archive.bytes);
  const model = JSON.parse(strFromU8(files["model.json"] ?? new Uint8Array()));
  expect(model).toMatchObject({ userDefinedMetadata: { recipe: "one-minute", step: 2 } });
  expect(files["weights.bin"]?.byteLength).toBeGreaterThan(10_000);

  const keras = await saved(page, "Save Keras model");
  expect(keras.name).toBe("one-minute-step-2.keras");
  const parts = unzipSync(keras.bytes);
  const metadata = JSON.parse(strFromU8(parts["metadata.json"] ?? new Uint8Array()));
  expect(metadata).toMatchObject({ xception_playground: { recipe: "one-minute", step: 2 } });
  expect(strFromU8(parts["model.weights.h5"]?.subarray(1, 4) ?? new Uint8Array())).toBe("HDF");
  const hdf5 = await saved(page, "Save Keras HDF5 model");
  expect(hdf5.name).toBe("one-minute-step-2.h5");
  expect(hdf5.bytes.subarray(1, 4).toString("latin1")).toBe("HDF");

  const python = await saved(page, "Save Python program, Keras");
  expect(python.name).toBe("one-minute-step-2-keras-program.zip");
  const program = unzipSync(python.bytes);
  expect(Object.keys(program).toSorted()).toEqual([
    ...["README.md", "cluster.py", "cluster/jobset.yaml", "cluster/slurm.sh", "cluster/ssh.sh"],
    ...["network.weights.h5", "requirements.txt", "train.ipynb", "train.py"],
  ]);
  expect(strFromU8(program["train.py"] ?? new Uint8Array())).toContain("START_STEP = 2  #");

  const torch = await saved(page, "Save Python program, PyTorch");
  expect(torch.name).toBe("one-minute-step-2-pytorch-program.zip");
  const modules = unzipSync(torch.bytes);
  expect(Object.keys(modules).toSorted()).toEqual([
    ...["README.md", "data.py", "network.py", "network.safetensors", "requirements.txt"],
    ...["settings.py", "train.ipynb", "train.py"],
  ]);
  expect(strFromU8(modules["settings.py"] ?? new Uint8Array())).toContain("START_STEP = 2");

  const onnx = await saved(page, "Save ONNX model");
  expect(onnx.name).toBe("one-minute-step-2.onnx");
  const session = await InferenceSession.create(onnx.bytes);
  const images = new Tensor("float32", new Float32Array(3 * 28 * 28), [3, 28, 28, 1]);
  expect((await session.run({ images })).output?.dims).toEqual([3, 10]);

  const predictions = await saved(page, "Save Predictions");
  expect(predictions.name).toBe("one-minute-step-2-predictions.csv");
  expect(lines(predictions.bytes)[0]).toMatch(/^index,true,predicted,T-shirt,Trouser,/);
  expect(lines(predictions.bytes)).toHaveLength(1 + 1000);

  const history = await saved(page, "Save History");
  expect(history.name).toBe("one-minute-step-2-history.csv");
  expect(lines(history.bytes)[0]).toMatch(/^step,loss,accuracy,validation_loss/);
  expect(lines(history.bytes).at(-1)).toMatch(/^2,[\d.]+,/);

  await button(page, "Close").click();
  await expect(button(page, "Export")).toBeFocused();
  expect(errors).toEqual([]);
});

test("before a run the initial weights go out, and it says so", async ({ page }) => {
  await openPlayground(page, { ...SMALLEST });
  await button(page, "Export").click();
  await expect(page.getByRole("dialog", { name: "Export" })).toContainText(
    "Nothing is trained yet",
  );
  const onnx = await saved(page, "Save ONNX model");
  expect(onnx.name).toBe("one-minute-untrained.onnx");
  await expect(button(page, "Save Predictions")).toHaveAttribute("aria-disabled", "true");
  await expect(button(page, "Save Predictions")).toHaveAccessibleDescription(/press Train/);
});

test("what TensorFlow.js cannot say is refused beside its button, by the layer's name", async ({
  page,
}) => {
  await openPlayground(page, { ...SMALLEST, poolPadding: "symmetric" });
  await button(page, "Export").click();
  await button(page, "Save TensorFlow.js model").click();
  await expect(button(page, "Save TensorFlow.js model")).toHaveAccessibleDescription(
    /block2_pool: TensorFlow.js has no layer with symmetric pool padding.*ONNX/,
  );
});

test("the summary is read as Keras prints it", async ({ page }) => {
  await openPlayground(page, { recipe: "paper" });
  await page.getByRole("tab", { name: "Summary" }).click();
  const summary = page.getByRole("region", { name: "Summary" });
  await expect(summary).toContainText("Total params: 22,910,480 (87.40 MB)");
  await expect(summary).toContainText("block14_sepconv2 (SeparableConv2D)");
  expect(await violations(page)).toEqual([]);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`the architecture unfolds by keyboard and is saved, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await openPlayground(page, { recipe: "paper" });
    await button(page, "Architecture").click();
    const dialog = page.getByRole("dialog", { name: "Architecture" });
    const middle = dialog.getByRole("button", { name: /^Unfold blocks 5-12 \(× 8\)/ });
    await middle.focus();
    await page.keyboard.press("Enter");
    await dialog.getByRole("button", { name: /^Unfold block 7,/ }).press("Enter");
    await expect(dialog.getByText("block7_sepconv2", { exact: true })).toBeVisible();
    await page.getByRole("figure", { name: "Architecture" }).focus();
    await page.keyboard.press("0");
    expect(await violations(page)).toEqual([]);

    const svg = await saved(page, "Save SVG");
    expect(svg.name).toBe("paper-architecture.svg");
    expect(svg.bytes.toString("utf8")).toContain(">block7_sepconv2</text>");
    expect(svg.bytes.toString("utf8")).not.toMatch(/var\(|class=/);
    const png = await saved(page, "Save PNG");
    expect(png.bytes.subarray(1, 4).toString("latin1")).toBe("PNG");
    expect(png.bytes.byteLength).toBeGreaterThan(10_000);
  });
}
