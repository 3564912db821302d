/** The start script and the README of a bundled bench. */

export const START_SH = `#!/bin/sh
# Starts the bench; options are passed on. Writes gpu-ADAPTER.json into this folder.
set -e
cd "$(dirname "$0")"
node=node
if [ -f node.gz ]; then
  [ -x node-unpacked ] || { gzip -dc node.gz > node-unpacked && chmod +x node-unpacked; }
  node=./node-unpacked
fi
# The Vulkan loader of the folder serves where the system has none.
if [ -d lib ] && ! PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null | grep -q libvulkan.so.1; then
  export LD_LIBRARY_PATH="\${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$PWD/lib"
fi
exec "$node" bench.mjs "$@"
`;

export const START_CMD = `@echo off\r
cd /d "%~dp0"\r
node bench.mjs %*\r
`;

export function bundleReadme(platform: string, withNode: boolean): string {
  const start = platform.startsWith("win32") ? "start.cmd" : "./start.sh";
  const node = withNode
    ? "Node is in the folder (`node.gz`)."
    : "It needs Node 20.19 or newer on the path.";
  const driver = platform.startsWith("linux")
    ? "\n\nIt needs the graphics card's Vulkan driver. Where `vulkaninfo --summary` shows the card, so does the bench; a driver\nin an unusual place is named by `VK_ICD_FILENAMES=/path/to/icd.json`."
    : "";
  return `# Bench: a training step of Xception on WebGPU

Measures the compiled engine of Xception Playground beside stock TensorFlow.js on this machine's graphics card, for
${platform}. One command:

    ${start}

It prints a table and writes \`gpu-ADAPTER.json\` here; that file is the result. ${node} It reads and writes nothing outside this
folder and uses no network.${driver}

    ${start} --cases 94/1/3/64 --rounds 9    one network (size/width/repeats/batch), more rounds
    ${start} --longest-step-s 10             leaves out who would take longer for a step
    ${start} --out FILE                      another name for the result

The networks: 48/0.25/3/8, 28/0.25/0/64, 94/0.25/3/8 and 94/1/3/64, for which TensorFlow.js takes some 9 GB.
A failed case says why, and the others go on; the exit code is then 1.
`;
}
