/** Links between customers: what was said, what is kept and what was answered follow from what the customers have. */
import { createHash } from 'node:crypto';
import { canonical, same } from './canonical.ts';
import type { Accepted, State } from './causes.ts';
import type { Case } from './customers.ts';
import { factsIn } from './documents.ts';
import type { Find } from './findings.ts';
import { coordinates } from './inputs.ts';
import type { LinkLog, Said } from './link-log.ts';
import { isLink, linksOf } from './link-values.ts';
import type { PersonalData } from './personal-data.ts';
import { member, numberOf, textOf, treeOf } from './read.ts';
import type { JudgeSettings, StoredLink } from './types.ts';

/** Stands for as many others or more. */
const MOST_OTHERS = 20;

export interface LinkCheck {
  /** Judges what concerns one customer, and remembers what the customer has and was told. */
  customer(found: Case): void;
  /** Judges what was said by some version. */
  version(customerId: string, state: State): void;
  /** Judges, once all customers are known, what concerns several. */
  everybody(stored: AsyncIterable<StoredLink> | Iterable<StoredLink>): Promise<void>;
}

export const createLinkCheck = (
  log: LinkLog,
  personalData: PersonalData,
  { linkKeys }: JudgeSettings,
  find: Find,
): LinkCheck => {
  /** How many customers have a value. */
  const owners = new Map<string, number>();
  const seen = new Map<string, ToldOf>();

  return {
    customer: (found) => {
      const { customerId, document, accepted, facts, profile } = found;
      const links = linksOf(facts, profile ?? {}, linkKeys);
      for (const link of links) owners.set(link, (owners.get(link) ?? 0) + 1);
      seen.set(customerId, { links, told: toldIn(treeOf(factsIn(document), 'links')) });
      checkStatements(found, log.of(customerId), personalData, find);
      checkDocument(found, log.of(customerId), links, find);
      for (const each of accepted) {
        if (textOf(each.event, 'kind') === 'linkCounted') checkAnswer(customerId, each, { log, personalData }, find);
      }
    },
    version: (customerId, { published: { version }, facts, profile }) => {
      // Of who comes back in the same transaction the version after it tells.
      const said = log.of(customerId);
      if (profile === null && said.some((each) => each.version === version + 1)) return;
      const links = linksOf(facts, profile ?? {}, linkKeys);
      if (!same(claimedBy(log.of(customerId), version), links)) find('link-differs', customerId, `version ${version}`);
    },
    everybody: async (stored) => {
      for (const [customerId, toldOf] of seen) checkCounts(customerId, toldOf, owners, find);
      for (const customerId of log.customers()) {
        if (!seen.has(customerId)) find('link-differs', customerId, 'nothing is known of the customer');
      }
      await checkStored(stored, log, personalData, find);
    },
  };
};

/** What a customer has, sorted, and the numbers that it was told: null where there is none. */
interface ToldOf {
  readonly links: readonly string[];
  readonly told: ReadonlyMap<string, number | null>;
}

const toldIn = (section: Readonly<Record<string, unknown>>): ToldOf['told'] =>
  new Map(Object.entries(section).map(([link, register]) => [link, numberOf(member(register, 'value'), 'customers')]));

/** What a customer was said to have, as of one of its versions. */
const claimedBy = (statements: readonly Said[], version: number): string[] => {
  const latest = new Map<string, Said>();
  for (const said of statements.filter((each) => each.version <= version)) {
    const before = latest.get(said.link);
    if (before === undefined || before.version < said.version) latest.set(said.link, said);
  }
  return [...latest.values()].flatMap(({ link, linked }) => (linked ? [link] : [])).sort();
};

/** A name for the three that tells nobody who shares what. */
const idOf = (link: string, customerId: string, version: number): string =>
  createHash('sha256').update(`${link}\n${customerId}\n${version}`).digest('base64url').slice(0, 22);

const checkStatements = (
  { customerId, chain, partitions }: Case,
  statements: readonly Said[],
  personalData: PersonalData,
  find: Find,
): void => {
  const versions = new Map(chain?.versions.map((each) => [each.version, each]));
  for (const { link, version, eventId, occurredAt, partition, home, offset, words } of statements) {
    const where = `${home}:${offset}, version ${version}`;
    const published = versions.get(version);
    if (published === undefined) find('link-unaccompanied', customerId, where);
    else if (published.occurredAt !== null && occurredAt !== published.occurredAt)
      find('link-envelope', customerId, `${where}: occurredAt`);
    if (eventId !== idOf(link, customerId, version)) find('link-envelope', customerId, `${where}: eventId`);
    if (!partitions.has(partition)) find('link-misplaced', customerId, `${where}: the partition of the customer`);
    if (personalData.kindIn(words) !== null) find('link-plain', customerId, where);
  }
};

/** `links` of the document: what its latest statements were, and what they leave. */
const checkDocument = (
  { customerId, version: latest, document: { links: kept } }: Case,
  statements: readonly Said[],
  links: readonly string[],
  find: Find,
): void => {
  if (!same(claimedBy(statements, Number.POSITIVE_INFINITY), links))
    find('link-differs', customerId, `version ${latest}`);
  const version = statements.reduce((most, each) => Math.max(most, each.version), 0);
  const withdrawn = statements.flatMap((each) => (each.version === version && !each.linked ? [each.link] : [])).sort();
  const expected = version === 0 ? null : { version, claimed: links, withdrawn };
  if (canonical(kept) !== canonical(expected)) find('link-document', customerId, `statements of version ${version}`);
};

/** An answer takes a statement about its link into account, and is to somebody of whom something was said. */
const checkAnswer = (
  customerId: string,
  { record, event }: Accepted,
  { log, personalData }: { log: LinkLog; personalData: PersonalData },
  find: Find,
): void => {
  const where = coordinates(record);
  const parameters = treeOf(event, 'parameters');
  const { link, version, customers, ...others } = parameters;
  const isFounded =
    typeof link === 'string' &&
    log.isSaidAt(link, Number(version)) &&
    log.of(customerId).some((said) => said.link === link) &&
    Number(customers ?? 0) <= MOST_OTHERS;
  if (!isFounded) find('link-unfounded', customerId, where);
  const words = [...['sourceSystem', 'correlationId', 'reason'].map((name) => event[name]), ...Object.values(others)];
  if (!isLink(String(link)) || personalData.kindIn(words.join(' ')) !== null) find('link-plain', customerId, where);
};

const checkCounts = (
  customerId: string,
  { links, told }: ToldOf,
  owners: ReadonlyMap<string, number>,
  find: Find,
): void => {
  const has = new Set(links);
  for (const link of new Set([...links, ...told.keys()])) {
    const others = has.has(link) ? Math.min((owners.get(link) ?? 1) - 1, MOST_OTHERS) : null;
    const number = told.get(link) ?? null;
    // Whoever shares with nobody need not have been told so.
    if (number === others || (others === 0 && number === null)) continue;
    find('link-count', customerId, `${link}: ${number ?? 'nothing'}, should be ${others ?? 'nothing'}`);
  }
};

const checkStored = async (
  stored: AsyncIterable<StoredLink> | Iterable<StoredLink>,
  log: LinkLog,
  personalData: PersonalData,
  find: Find,
): Promise<void> => {
  const missing = new Map(log.standing());
  for await (const { _id, version, leftAt, ...kept } of stored) {
    const [named = '', name = ''] = String(_id).split('/');
    const { link, customerId: about } = kept;
    const of = typeof link === 'string' && typeof about === 'string' ? `${link}/${about}` : null;
    const id = link === undefined ? whoLeft(missing, named, version) : of;
    const said = id === null ? undefined : missing.get(id);
    if (id !== null) missing.delete(id);
    const customerId = said?.customerId ?? null;
    const expected = said?.linked ? memberOf(said) : {};
    const isRight =
      said !== undefined &&
      said.link === named &&
      version === said.version &&
      canonical(kept) === canonical(expected) &&
      leftAt instanceof Date === !said.linked;
    if (!isRight) find('link-collection', customerId, `version ${String(version)}`);
    const words = Object.entries(kept).filter(([key]) => key !== 'customerId' && key !== 'link');
    const isPlain =
      !isLink(named) ||
      // It outlasts what it says, and may not say of whom that was.
      !/^[\w-]{22}$/.test(name) ||
      (typeof kept.link === 'string' && !isLink(kept.link)) ||
      personalData.kindIn(words.map(([, value]) => String(value)).join(' ')) !== null;
    if (isPlain) find('link-plain', customerId, `the collection, version ${String(version)}`);
  }
  for (const { customerId, version } of missing.values()) {
    find('link-collection', customerId, `version ${version} is missing`);
  }
};

/** Who it was cannot be read any more: anybody who has left the link with this version. */
const whoLeft = (missing: ReadonlyMap<string, Said>, link: string, version: unknown): string | null =>
  missing.entries().find(([, said]) => !said.linked && said.link === link && said.version === version)?.[0] ?? null;

/** As a member of its link is kept. */
const memberOf = ({ link, customerId, partition, offset: since }: Said) => ({ link, since, customerId, partition });
