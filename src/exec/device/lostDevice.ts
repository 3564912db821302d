/** A device that goes breaks what is under way first and is told lost a moment later. */
const TOLD_WITHIN_MS = 100;

/** @returns the device's words where it is lost or is told lost within that moment; undefined where it is there. */
export async function reasonOfLostDevice(deviceLost: Promise<string>): Promise<string | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), TOLD_WITHIN_MS);
  });
  const reason = await Promise.race([deviceLost, silence]);
  clearTimeout(timer);
  return reason;
}
