/** Personal data of the events, and lines that hold any of it. */
import { isTree, listOf, textOf, treeOf, type Tree } from './read.ts';

export interface PersonalData {
  collect(event: Tree): void;
  /** The kind of the longest personal value in the line, or null: an address says more than the name within it. */
  kindIn(line: string): string | null;
}

/** Shorter ones stand in any text by chance. */
const SHORTEST = 5;
/** A number by itself may be a count, an offset or a time in ms unless it has this many digits. */
const SHORTEST_NUMBER = 9;

/** Words of the logs' own that may be somebody's name. */
const OWN_WORDS = new Set(
  [
    'address agent batch brokers cause check closed committed consumed consumer contract customer database defect error',
    'event group health incident joined kafka level message mongo mongodb offset opened order partition partitions person',
    'profile published reason recovers refused registry schema shard signal stages state status stopped subject task topic',
    'topics unchanged unknown version waits worker',
  ].flatMap((words) => words.split(' ')),
);

export const createPersonalData = (): PersonalData => {
  const kinds = new Map<string, string>();
  /** By the beginning of the value, which is what a line is searched for. */
  let byBeginning: Map<string, string[]> | null = null;
  /** Whether any value begins with characters of such a sum: most places in a line are done with by one look. */
  const begins = new Uint8Array(SUMS);

  const add = (kind: string, value: string | null): void => {
    const text = value?.trim().toLowerCase() ?? '';
    const isNumber = /^\d+$/.test(text);
    if (text.length < (isNumber ? SHORTEST_NUMBER : SHORTEST) || OWN_WORDS.has(text)) return;
    kinds.set(text, kind);
    byBeginning = null;
  };

  const prepare = (): Map<string, string[]> => {
    begins.fill(0);
    for (const text of kinds.keys()) begins[sumAt(text, 0)] = 1;
    return Map.groupBy(kinds.keys(), (text) => text.slice(0, SHORTEST));
  };

  return {
    collect: (event) => {
      add('customerId', textOf(event, 'customerId'));
      const party = treeOf(event, 'party');
      for (const name of ['givenName', 'middleName', 'familyName', 'organizationName']) add(name, textOf(party, name));
      add('name', `${textOf(party, 'givenName') ?? ''} ${textOf(party, 'familyName') ?? ''}`);
      const media = listOf(event, 'contactMediums').filter(isTree);
      for (const medium of media) {
        add('emailAddress', textOf(medium, 'emailAddress'));
        const phone = textOf(medium, 'phoneNumber');
        add('phoneNumber', phone);
        add('phoneNumber', phone?.replace(/\D/g, '') ?? null);
      }
      for (const address of [...media.map((medium) => treeOf(medium, 'address')), treeOf(event, 'deliveryAddress')]) {
        for (const street of ['street1', 'street2']) add('street', textOf(address, street));
      }
    },
    kindIn: (line) => {
      byBeginning ??= prepare();
      const text = plain(line);
      let found = '';
      for (let at = 0; at + SHORTEST <= text.length; at += 1) {
        if (begins[sumAt(text, at)] === 0) continue;
        for (const value of byBeginning.get(text.slice(at, at + SHORTEST)) ?? []) {
          if (value.length > found.length && text.startsWith(value, at) && isWhole(text, at, value)) found = value;
        }
      }
      return kinds.get(found) ?? null;
    },
  };
};

/** A line as JSON escapes quotes and what is not ASCII, if its writer does. */
const plain = (line: string): string =>
  line
    .replace(/\\u([0-9a-fA-F]{4})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
    .replace(/\\(["\\/])/g, '$1')
    .toLowerCase();

const SUMS = 1 << 20;

const sumAt = (text: string, at: number): number => {
  let sum = 0;
  for (let i = at; i < at + SHORTEST; i += 1) sum = (sum * 31 + text.charCodeAt(i)) & (SUMS - 1);
  return sum;
};

/** Not a part of a longer word or number: `c-000012` is not in `c-0000123`. */
const isWhole = (text: string, at: number, value: string): boolean => {
  const isInside = (neighbour: string | undefined): boolean =>
    neighbour !== undefined && /[\p{L}\p{N}]/u.test(neighbour);
  return !isInside(text[at - 1]) && !isInside(text[at + value.length]);
};
