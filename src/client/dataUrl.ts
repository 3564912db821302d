/** The folder above the data sets, which a worker cannot derive from its own address. */
export const dataUrl = new URL("data/", document.baseURI).href;
