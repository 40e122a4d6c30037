/** What a retention command says of how long things may and must be kept, and what the file of the policy says of it. */
import { isTree, listOf, member, textOf, type Tree } from './read.ts';

export const CATEGORIES = ['customer', 'order', 'agreement', 'archive'] as const;

export type Category = (typeof CATEGORIES)[number];

/** Periods of the calendar, as `P10Y`. */
export interface Term {
  readonly minimum: string;
  readonly maximum: string;
}

/** A category without a term is kept until the customer goes as a whole. */
export interface Terms extends Readonly<Partial<Record<Category, Term>>> {
  readonly policy: string;
  readonly jurisdiction: string;
}

/** Of a command that has been accepted. */
export const termsIn = (command: Tree): Terms => {
  const { parameters } = command;
  const terms = CATEGORIES.flatMap((category) => {
    const [minimum, maximum] = ['minimum', 'maximum'].map((name) => textOf(parameters, `${category}.${name}`));
    return minimum == null || maximum == null ? [] : [[category, { minimum, maximum }] as const];
  });
  const [policy, jurisdiction] = ['policy', 'jurisdiction'].map((name) => textOf(parameters, name) ?? '');
  return { policy: policy ?? '', jurisdiction: jurisdiction ?? '', ...Object.fromEntries(terms) };
};

/** By what stubs, cuts and the archive name the policy. */
export const policyName = ({ policy }: Terms): string => `retention:${policy}`;

/** Categories of which a command says something else than the file of the policy, as parsed JSON: its country’s rule, or that for all others. */
export const unlike = (command: Tree, policy: unknown): Category[] => {
  const { parameters } = command;
  const rules = listOf(policy, 'rules').filter(isTree);
  const ruleFor = (category: Category, jurisdiction: unknown): Tree | undefined =>
    rules.find((rule) => rule['category'] === category && rule['jurisdiction'] === jurisdiction);
  return CATEGORIES.filter((category) => {
    const rule = ruleFor(category, member(parameters, 'jurisdiction')) ?? ruleFor(category, '*');
    return ['legalBasis', 'minimum', 'maximum'].some(
      (name) => member(parameters, `${category}.${name}`) !== member(rule, name),
    );
  });
};

const DAY_MS = 86_400_000;

/** The time a period later, or earlier, ms, in UTC; the last day of a month that is too short. */
export const shifted = (time: number, period: string, direction: 1 | -1): number => {
  const count = (unit: string): number => Number(new RegExp(`(\\d+)${unit}`).exec(period)?.[1] ?? 0);
  const from = new Date(time);
  const month = 12 * from.getUTCFullYear() + from.getUTCMonth() + direction * (12 * count('Y') + count('M'));
  const [year, ofYear] = [Math.floor(month / 12), ((month % 12) + 12) % 12];
  const last = new Date(Date.UTC(year, ofYear + 1, 0)).getUTCDate();
  const ofDay = ((time % DAY_MS) + DAY_MS) % DAY_MS;
  return Date.UTC(year, ofYear, Math.min(from.getUTCDate(), last)) + ofDay + direction * count('D') * DAY_MS;
};
