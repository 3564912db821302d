/** Passes a file to the browser, which saves it to the download folder. */
export function saveFile(name: string, content: BlobPart, type: string): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The download has started when the click returns, but Safari reads the file a little later.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
