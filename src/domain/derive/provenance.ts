/** Which statements a profile comes from. */
import { compare } from '../canonical.ts';
import type { PreferenceName, Provenance, StatedPreferences } from '../generated/CustomerUpdated.ts';
import type { Stamp } from '../register.ts';

/** What a register remembers of the event that it comes from. */
export type Statement = Omit<Stamp, 'version'>;

export const provenanceOf = ({ source, by, at }: Statement): Provenance => ({
  sourceSystem: source,
  eventId: by,
  statedAt: at,
});

/** Adds a preference to what its event stated besides, as most are stated together; keeps the latest event first. */
export const addStatement = (
  stated: StatedPreferences[],
  preference: PreferenceName,
  statement: Statement | undefined,
): void => {
  if (statement === undefined) return;
  let place = 0;
  for (const event of stated) {
    const order = latestFirst(event, statement);
    if (order === 0) {
      event.preferences.push(preference);
      return;
    }
    if (order > 0) break;
    place += 1;
  }
  const { source, by, at } = statement;
  stated.splice(place, 0, { preferences: [preference], sourceSystem: source, eventId: by, statedAt: at });
};

/** 0 for the same event only: its id may have been used twice. */
const latestFirst = ({ sourceSystem, eventId, statedAt }: Provenance, { source, by, at }: Statement): number =>
  at - statedAt || compare(eventId, by) || compare(sourceSystem, source);
