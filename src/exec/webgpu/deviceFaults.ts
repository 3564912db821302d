/** The device of a run: an adapter's best, with every limit raised to what it has and its errors caught. */
import { PlaygroundError } from "../../core/errors.ts";
import { type DeviceUser, joinDevice } from "../deviceErrors.ts";
import { deviceRequest } from "../deviceRequest.ts";
import { isSoftwareName } from "../graphicsCard.ts";
import type { TuningWishes } from "./tuningWishes.ts";

/** Storages that the kernels bind at most: `add` takes three terms of two each, coefficients, a mask and its result. */
const NEEDED_STORAGES = 10;

export interface OpenDevice extends DeviceUser {
  readonly device: GPUDevice;
  readonly title: string;
  readonly isSoftware: boolean;
  /** Resolves with the reason when the device is lost, not when it is closed. */
  readonly lost: Promise<string>;
  close(): void;
  /** Where the fastest kernels of this adapter are remembered; absent: the usual ones are taken, unmeasured. */
  readonly tuning?: TuningWishes;
}

/**
 * @param gpu of the browser, or of Dawn in Node; undefined where there is none.
 * @throws PlaygroundError `engine.unavailable`
 */
export async function openDevice(gpu: GPU | undefined): Promise<OpenDevice> {
  if (gpu === undefined) {
    const insecure = globalThis.isSecureContext === false;
    throw unavailable(insecure ? "WebGPU needs https or localhost" : "this browser has no WebGPU");
  }
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (adapter === null) throw unavailable("there is no WebGPU adapter");
  const storages = adapter.limits.maxStorageBuffersPerShaderStage;
  if (storages < NEEDED_STORAGES)
    throw unavailable(
      `maxStorageBuffersPerShaderStage of ${storages}, where the kernels need ${NEEDED_STORAGES}`,
    );
  const device = await requestDevice(adapter);

  let closed = false;
  const { leave, ...user } = joinDevice(device, ({ message }) => deviceFault(message));
  const lost = new Promise<string>((resolve) => {
    void device.lost.then(({ message }) => {
      if (!closed) resolve(message === "" ? "no reason was given" : message.replace(/[.]$/, ""));
    });
  });
  const title = adapterTitle(adapter.info);
  const isSoftware = adapter.info.isFallbackAdapter || isSoftwareName(title);
  return {
    device,
    title: isSoftware ? `${title}, computed by the processor` : title,
    isSoftware,
    lost,
    ...user,
    close() {
      closed = true;
      leave();
      device.destroy();
    },
  };
}

async function requestDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  try {
    return await adapter.requestDevice(deviceRequest(adapter));
  } catch (error) {
    throw unavailable(error instanceof Error ? error.message : String(error));
  }
}

function adapterTitle({ vendor, architecture, device, description }: GPUAdapterInfo): string {
  if (description !== "") return description;
  const words = [vendor, architecture, device].filter((word) => word !== "");
  return words.length > 0 ? words.join(" ") : "a WebGPU adapter that gives no name";
}

function unavailable(got: string): PlaygroundError {
  return new PlaygroundError({
    code: "engine.unavailable",
    where: "WebGPU compiled",
    rule: "this engine needs a WebGPU device",
    got,
    remedy: "Choose CPU compiled, which needs none.",
    context: { engine: "webgpu", setting: "engine" },
  });
}

/** @param got in the device's words, which name the kernel. */
export function deviceFault(got: string): PlaygroundError {
  return new PlaygroundError({
    code: "internal",
    where: "WebGPU compiled",
    rule: "the device reported an error",
    got,
    remedy: "Choose CPU compiled, and please report this.",
    context: { engine: "webgpu", setting: "engine" },
  });
}
