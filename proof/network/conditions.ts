/** What a proxy does to its connections at the moment. */
import type { Match } from './protocols.ts';

/** A fault that was injected. It may go on hitting connections after this is returned. */
export interface NetworkFault {
  readonly kind: 'latency' | 'black hole' | 'reset' | 'refusal' | 'lost reply';
  /**
   * How many connections at work it has hit so far: bytes were late, held or cut off, a connection was refused, a reply
   * was lost. While it is 0 nobody can have noticed.
   */
  readonly landed: number;
}

/** Who was hit, so that each counts once. */
export interface Landing extends NetworkFault {
  hit(connection: object): void;
}

/** All are undefined when bytes simply pass. */
export interface Conditions {
  latency: { readonly fault: Landing; readonly delay: () => number } | undefined;
  blackHole: Landing | undefined;
  refusal: Landing | undefined;
  trap: Trap | undefined;
}

/** Waits for one request, on whichever connection it comes. */
export interface Trap {
  readonly fault: Landing;
  readonly match: Match;
  readonly moment: Moment;
}

/**
 * When the client is cut off: once the server has replied, so that the request has surely been served; or as soon as the
 * request is on its way, so that the server serves it while the client is already recovering.
 */
export type Moment = 'replied' | 'sent';

export function landingOf(kind: NetworkFault['kind']): Landing {
  const hit = new Set<object>();
  return {
    kind,
    get landed() {
      return hit.size;
    },
    hit: (connection) => void hit.add(connection),
  };
}
