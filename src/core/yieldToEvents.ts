/**
 * Lets waiting messages in. Browsers do not throttle a MessageChannel round trip in a hidden tab, as they do animation frames
 * and timers. It also leaves the microtask queue, which a resolved promise does not.
 */
export function yieldToEvents(): Promise<void> {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      resolve();
    };
    channel.port2.postMessage(null);
  });
}
