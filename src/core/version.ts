/** The program's version, as package.json has it: written into every file that goes out. */
export const VERSION = "0.1.0";
