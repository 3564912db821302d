/** Tells the tabs of this page apart, on channels that all of them share. A new one for each load of the page. */
export const PAGE_ID = crypto.getRandomValues(new Uint32Array(2)).join("-");
