/** The heights of the network diagram in CSS pixels. The drawing and the buttons over it share them. */

export const BLOCK_TOP = 72;
export const BLOCK_HEIGHT = 86;
export const PICTURE_HEIGHT = BLOCK_TOP + BLOCK_HEIGHT + 4;
