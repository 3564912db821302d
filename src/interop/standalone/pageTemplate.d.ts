/**
 * The stand-alone page without a network, which `scripts/standalonePage.ts` builds from `src/standalone/`. It has one marker
 * for each part of a network: see `standalonePage.ts`.
 */
export declare const PAGE_TEMPLATE: string;
