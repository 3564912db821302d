/** WebGPU's adapters: whether there is one, its name, and whether it is a graphics card or computes on the processor. */

/** Whether this is the name of a driver that computes on the processor. */
export function isSoftwareName(name: string): boolean {
  return /swiftshader|llvmpipe|lavapipe|software|basic render|\bwarp\b/i.test(name);
}

/** Returns undefined in Node 20, which has no navigator, and on a page on plain http, whose navigator has no WebGPU. */
export function browserGpu(): GPU | undefined {
  return typeof navigator === "undefined" ? undefined : (navigator.gpu as GPU | undefined);
}

/** Why `browserGpu` returned undefined. */
export function whyNoGpu(): string {
  const insecure = globalThis.isSecureContext === false;
  return insecure ? "WebGPU needs https or localhost" : "this browser has no WebGPU";
}

export function requestAdapter(gpu: GPU): Promise<GPUAdapter | null> {
  return gpu.requestAdapter({ powerPreference: "high-performance" });
}

/** Returns the adapter's name for messages, and whether it computes on the processor. */
export function describeAdapter({ info }: Pick<GPUAdapter, "info">) {
  const name = nameOf(info);
  const title = name === "" ? "a WebGPU adapter that gives no name" : name;
  const words = `${name} ${info.vendor} ${info.architecture} ${info.device}`;
  const isSoftware = info.isFallbackAdapter || isSoftwareName(words);
  return { title: isSoftware ? `${title}, computed by the processor` : title, isSoftware };
}

/** Returns why WebGPU offers no graphics card here, or undefined when it offers one. */
export async function whyNoGraphicsCard(): Promise<string | undefined> {
  const gpu = browserGpu();
  if (gpu === undefined) return whyNoGpu();
  const adapter = await requestAdapter(gpu);
  if (adapter === null) return "the browser offers no WebGPU adapter";
  return describeAdapter(adapter).isSoftware
    ? `its only adapter is computed by the processor (${nameOf(adapter.info) || "no name"}), so it was not measured`
    : undefined;
}

function nameOf({ vendor, architecture, device, description }: GPUAdapterInfo): string {
  if (description !== "") return description;
  return [vendor, architecture, device].filter((word) => word !== "").join(" ");
}
