interface Window {
  engine: import("./engineCalls.ts").EngineCalls;
}
