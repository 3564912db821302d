/** The sizes that multiply-accumulates are products of, in the order in which a formula writes them. */
const FACTOR_ROLES = [
  "windowHeight",
  "windowWidth",
  /** The channels that one filter sees: with groups, those of one group. */
  "channels",
  "depthMultiplier",
  /** The filters of all groups, or the units of a dense layer. */
  "filters",
  "mapHeight",
  "mapWidth",
] as const;
export type FactorRole = (typeof FACTOR_ROLES)[number];

export interface Factor {
  readonly role: FactorRole;
  readonly value: number;
}

/** Returns the factors to write: a depth multiplier of 1 is not one of them. */
export function factorsOf(sizes: { readonly [R in FactorRole]?: number }): readonly Factor[] {
  return FACTOR_ROLES.flatMap((role) => {
    const value = sizes[role];
    return value === undefined || (role === "depthMultiplier" && value === 1)
      ? []
      : [{ role, value }];
  });
}
