/** Whether this machine computes on a graphics card, as far as a browser tells. Shared by the choice of engines. */

/** Names under which drivers compute on the processor. */
export function isSoftwareName(name: string): boolean {
  return /swiftshader|llvmpipe|lavapipe|software|basic render|\bwarp\b/i.test(name);
}

/** @returns why WebGPU gives no graphics card here; undefined where it gives one. */
export async function whyNoGraphicsCard(): Promise<string | undefined> {
  // Node 20 has no navigator, and a page on plain http has one without WebGPU.
  const gpu = typeof navigator === "undefined" ? undefined : (navigator.gpu as GPU | undefined);
  if (gpu === undefined) {
    const insecure = globalThis.isSecureContext === false;
    return insecure ? "WebGPU needs https or localhost" : "this browser has no WebGPU";
  }
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (adapter === null) return "the browser offers no WebGPU adapter";
  const { isFallbackAdapter, description, vendor, architecture, device } = adapter.info;
  const name = [description, vendor, architecture, device].filter((word) => word !== "").join(" ");
  return isFallbackAdapter || isSoftwareName(name)
    ? `its only adapter is computed by the processor (${name || "no name"}), so it was not measured`
    : undefined;
}
