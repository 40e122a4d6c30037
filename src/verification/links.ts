/** Who has which value: what was said last of every customer, the collection, and the documents are one and the same. */
import { canonicalJson } from '../domain/canonical.ts';
import type { CustomerLink } from '../domain/generated/CustomerLink.ts';
import { lookup } from '../domain/keyed.ts';
import { MOST_OTHERS } from '../domain/links.ts';
import type { ProfileDocument } from '../pipeline/document.ts';
import type { InboundRecord } from '../pipeline/ports.ts';
import type { Findings } from './report.ts';

/** A document of the collection `links`; who has left is one without a link, or none after some days. */
export interface StoredLink {
  /** The link, and something that does not say who it is about. */
  readonly _id: string;
  readonly version: number;
  readonly link?: string;
  readonly customerId?: string;
  readonly partition?: number;
}

/** The statement that stands, and in which partition of the log it was made. */
interface Stated extends Pick<CustomerLink, 'link' | 'customerId' | 'linked' | 'version' | 'partition'> {
  readonly home: number;
}

/** By `<link>/<customerId>`. */
export type Statements = Map<string, Stated>;

/** Takes one more statement into account. */
export const state = (
  statements: Statements,
  { link, customerId, linked, version, partition }: CustomerLink,
  { partition: home }: InboundRecord,
  findings: Findings,
): void => {
  const id = `${link}/${customerId}`;
  const known = statements.get(id);
  if (known !== undefined && known.home !== home) findings.add('link-misplaced', customerId, placeOf(known, home));
  if (known === undefined || version >= known.version) {
    statements.set(id, { link, customerId, linked, version, partition, home });
  }
};

const placeOf = ({ link, version }: Pick<Stated, 'link' | 'version'>, home: number): string =>
  `${link} of version ${version} in partition ${home}`;

export interface LinkCheck {
  /** How many customers have some value that another one has as well. */
  readonly sharing: number;
  /** Of whom anything was ever said. */
  readonly customers: Iterable<string>;
  /** Holds the values of a customer, and what it was told of them, against what was said of everybody. */
  check(document: ProfileDocument, partition: number | undefined): void;
}

export const readLinks = async (
  stored: AsyncIterable<StoredLink>,
  statements: Statements,
  findings: Findings,
): Promise<LinkCheck> => {
  const byCustomer = Map.groupBy(statements.values(), ({ customerId }) => customerId);
  const byLink = Map.groupBy(
    statements.values().filter(({ linked }) => linked),
    ({ link }) => link,
  );
  checkHomes(statements, findings);
  await checkStored(stored, statements, findings);
  const othersOf = (link: string): number => Math.min(Math.max((byLink.get(link)?.length ?? 0) - 1, 0), MOST_OTHERS);
  const shared = byLink.values().filter(({ length }) => length > 1);

  return {
    customers: byCustomer.keys(),
    sharing: new Set(shared.flatMap((those) => those.map(({ customerId }) => customerId))).size,
    check: ({ _id: customerId, links, facts }, partition) => {
      const said = byCustomer.get(customerId) ?? [];
      const has = new Set(said.flatMap(({ link, linked }) => (linked ? [link] : [])).sort());
      if (canonicalJson(links?.claimed ?? []) !== canonicalJson([...has])) findings.add('links-differ', customerId);
      for (const each of said) {
        if (each.partition !== partition) findings.add('link-misplaced', customerId, `the partition of ${each.link}`);
      }
      for (const link of new Set([...has, ...Object.keys(facts.links)])) {
        const told = lookup(facts.links, link)?.value.customers;
        // Who shares it with nobody need not have been told so; who has it no more must not be told anything.
        const isRight = has.has(link) ? (told ?? 0) === othersOf(link) : told === undefined;
        if (!isRight) findings.add('sharing-differs', customerId, `${link}: ${told ?? 'nothing'}`);
      }
    },
  };
};

/** All that is said of a link comes together in one partition, or nobody could count it. */
const checkHomes = (statements: Statements, findings: Findings): void => {
  const homes = new Map<string, number>();
  for (const stated of statements.values()) {
    const home = homes.get(stated.link) ?? stated.home;
    homes.set(stated.link, home);
    if (home !== stated.home) findings.add('link-misplaced', stated.customerId, placeOf(stated, stated.home));
  }
};

const checkStored = async (
  stored: AsyncIterable<StoredLink>,
  statements: Statements,
  findings: Findings,
): Promise<void> => {
  const missing = new Map(statements);
  const left = leftOf(statements);
  for await (const { _id, version, link, customerId, partition } of stored) {
    const [named, name] = partsOf(_id);
    const id = `${String(link)}/${String(customerId)}`;
    const stated = missing.get(id);
    // Of who has left only the link and the version are known, and that there was somebody.
    const isRight =
      link === undefined
        ? customerId === undefined && partition === undefined && takeOne(left, `${named} ${version}`)
        : named === link && stated?.linked === true && stated.version === version && stated.partition === partition;
    missing.delete(id);
    if (!isRight) findings.add('membership-differs', customerId ?? null, `stored of version ${version}`);
    else if (!ANONYMOUS.test(name)) findings.add('membership-differs', customerId ?? null, `the name of ${named}`);
  }
  for (const { customerId, linked, link } of missing.values()) {
    if (linked) findings.add('membership-differs', customerId, `${link} is not stored`);
  }
};

const ANONYMOUS = /^[\w-]{22}$/;

const partsOf = (id: string): [link: string, name: string] => {
  const at = id.indexOf('/');
  return [id.slice(0, at), id.slice(at + 1)];
};

/** How many have left which link with which version. */
const leftOf = (statements: Statements): Map<string, number> => {
  const left = new Map<string, number>();
  for (const { link, linked, version } of statements.values()) {
    if (!linked) left.set(`${link} ${version}`, (left.get(`${link} ${version}`) ?? 0) + 1);
  }
  return left;
};

const takeOne = (left: Map<string, number>, what: string): boolean => {
  const count = left.get(what) ?? 0;
  left.set(what, count - 1);
  return count > 0;
};
