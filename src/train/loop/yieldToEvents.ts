/**
 * Lets waiting messages in. A MessageChannel round trip is not slowed down in a hidden tab, as animation
 * frames and timers are, and leaves the micro-task queue, as a resolved promise does not.
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
