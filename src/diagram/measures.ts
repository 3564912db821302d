/** The heights of the network's picture in CSS pixels, shared by the drawing and the buttons over it. */

export const BLOCK_TOP = 72;
export const BLOCK_HEIGHT = 86;
export const PICTURE_HEIGHT = BLOCK_TOP + BLOCK_HEIGHT + 4;
