/** Limits of what a record may hold. Storage and files are checked against them, and the page's fields keep to them. */
export const MOST_TAGS = 20;
export const MOST_TAG_LETTERS = 40;
export const MOST_NAME_LETTERS = 200;
export const MOST_REMARKS = 100;
export const MOST_NOTE_LETTERS = 20_000;
/** The number of points of a curve. */
export const MOST_POINTS = 2_000_000;
export const MOST_MATRICES = 10_000;
export const MOST_CLASSES = 4_096;
