/** What tasks have said of who has which value: the topic `customer-link`, as its reader sees it. */
import type { Find } from './findings.ts';
import { coordinates } from './inputs.ts';
import { isLink } from './link-values.ts';
import { member, numberOf, textOf, type Tree } from './read.ts';
import type { LogRecord } from './types.ts';

/** One statement. */
export interface Said {
  readonly link: string;
  readonly customerId: string;
  /** Of the customer. */
  readonly version: number;
  readonly linked: boolean;
  readonly eventId: string | null;
  readonly occurredAt: number;
  /** Where the customer is said to be. */
  readonly partition: number;
  /** Where it was said. */
  readonly home: number;
  readonly offset: number;
  /** Whatever else it says in words: nobody's values. */
  readonly words: string;
}

export interface LinkLog {
  /** Of a customer, in the order read. */
  of(customerId: string): readonly Said[];
  customers(): Iterable<string>;
  /** The one of the highest version, by `<link>/<customerId>`. */
  standing(): ReadonlyMap<string, Said>;
  /** Whether the link is spoken of at an offset. */
  isSaidAt(link: string, offset: number): boolean;
  readonly count: number;
}

/** Collects statements, each one accepted, and judges what they are to each other. */
export const createLinkLog = (find: Find): LinkLog & { add(record: LogRecord, event: Tree): void } => {
  const byCustomer = new Map<string, Said[]>();
  const standing = new Map<string, Said>();
  const places = new Map<string, { readonly home: number; readonly offsets: Set<number> }>();
  let count = 0;

  const add = (record: LogRecord, event: Tree): void => {
    count += 1;
    const said = saidIn(record, event);
    const { link, customerId, home, offset, version } = said;
    const id = `${link}/${customerId}`;
    const where = coordinates(record);
    if (!isLink(link)) find('link-plain', customerId, where);
    const place = places.get(link) ?? { home, offsets: new Set<number>() };
    places.set(link, place);
    if (place.home !== home) find('link-misplaced', customerId, `${where}, and others in ${place.home}`);
    else place.offsets.add(offset);
    const before = standing.get(id);
    if (before !== undefined && before.version >= version) {
      find('link-repeat', customerId, `${where}: version ${version} after version ${before.version}`);
    } else standing.set(id, said);
    const known = byCustomer.get(customerId);
    if (known === undefined) byCustomer.set(customerId, [said]);
    else known.push(said);
  };

  return {
    add,
    of: (customerId) => byCustomer.get(customerId) ?? [],
    customers: () => byCustomer.keys(),
    standing: () => standing,
    isSaidAt: (link, offset) => places.get(link)?.offsets.has(offset) ?? false,
    get count() {
      return count;
    },
  };
};

const saidIn = ({ partition: home, offset }: LogRecord, event: Tree): Said => ({
  link: textOf(event, 'link') ?? '',
  customerId: textOf(event, 'customerId') ?? '',
  version: numberOf(event, 'version') ?? 0,
  linked: member(event, 'linked') === true,
  eventId: textOf(event, 'eventId'),
  occurredAt: numberOf(event, 'occurredAt') ?? 0,
  partition: numberOf(event, 'partition') ?? 0,
  home,
  offset,
  words: [textOf(event, 'sourceSystem'), textOf(event, 'correlationId')].join(' '),
});
