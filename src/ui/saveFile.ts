/** Hands a file to the browser, which saves it where downloads go. */
export function saveFile(name: string, content: BlobPart, type: string): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The download has begun when the click returns; Safari reads a little later.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
