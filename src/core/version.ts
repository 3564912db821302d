/** The program's version, equal to that in package.json. Every exported file contains it. */
export const VERSION = "0.1.0";
