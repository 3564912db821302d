/** The key of `metadata.json` in an archive, and the attribute of an HDF5 file, that hold what this program states. */
export const METADATA_KEY = "xception_playground";
