/** How much of what orders amount to is told one by one. */

export interface Limits {
  /** Products that a profile lists, those that changed last; of the others it knows how many there are and what they cost. */
  readonly products: number;
  /** Orders placed last that count for the velocity. */
  readonly placements: number;
  /** Orders not completed that somebody may still wait for, those that took effect last. */
  readonly open: number;
  /** Devices that are named, those used last. */
  readonly devices: number;
  /** Payment instruments that are known without a look into the history, those used last. */
  readonly instruments: number;
  /** Of each kind, values that others may have as well: those used last. */
  readonly values: number;
  /** Months in which orders were placed, the latest. */
  readonly months: number;
}

export const LIMITS: Limits = {
  products: 200,
  placements: 100,
  open: 50,
  devices: 20,
  instruments: 20,
  values: 20,
  months: 36,
};
