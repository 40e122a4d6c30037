/** How long what is known of one customer may and must be kept: the part of a policy that a command carries. */
import { type Check, fault } from '../validation/check.ts';
import { isPeriod } from './periods.ts';

/** What a period is about: the customer as such, an order, an agreement, or what lies in the archive. */
export const CATEGORIES = ['customer', 'order', 'agreement', 'archive'] as const;

export type Category = (typeof CATEGORIES)[number];

export interface Term {
  /** The law or contract behind it, in words. */
  readonly legalBasis: string;
  /** For so long it must be kept: the statutory floor. An ISO 8601 period, as `maximum` is. */
  readonly minimum: string;
  /** After so long it must go. */
  readonly maximum: string;
}

/** A category without a term is kept until the customer goes as a whole. */
export interface Terms extends Readonly<Partial<Record<Category, Term>>> {
  /** Digest of the policy. */
  readonly policy: string;
  /** ISO 3166-1 alpha-2 country, or `*`. */
  readonly jurisdiction: string;
}

type Parameters = Readonly<Record<string, string>>;

const FIELDS = ['legalBasis', 'minimum', 'maximum'] as const;

/** As the parameters of a command, so that whoever carries it out needs no policy of its own. */
export const parametersOf = (terms: Terms): Record<string, string> => {
  const parameters: Record<string, string> = { policy: terms.policy, jurisdiction: terms.jurisdiction };
  for (const category of CATEGORIES) {
    const term = terms[category];
    for (const field of FIELDS) if (term !== undefined) parameters[`${category}.${field}`] = term[field];
  }
  return parameters;
};

/** `parameters` have passed the check. */
export const termsOf = (parameters: Parameters): Terms => {
  const terms: Partial<Record<Category, Term>> = {};
  for (const category of CATEGORIES) {
    const [legalBasis = '', minimum = '', maximum] = FIELDS.map((field) => parameters[`${category}.${field}`]);
    if (maximum !== undefined) terms[category] = { legalBasis, minimum, maximum };
  }
  return { policy: parameters['policy'] ?? '', jurisdiction: parameters['jurisdiction'] ?? '', ...terms };
};

export const checkTerms: Check<Parameters> = (parameters) => {
  for (const name of ['policy', 'jurisdiction']) if (!parameters[name]) return fault('must be given', name);
  for (const category of CATEGORIES) {
    if (FIELDS.every((field) => parameters[`${category}.${field}`] === undefined)) continue;
    if (!parameters[`${category}.legalBasis`]) return fault('must be given', `${category}.legalBasis`);
    for (const field of ['minimum', 'maximum'] as const) {
      const name = `${category}.${field}`;
      if (!isPeriod(parameters[name] ?? '')) return fault('must be a period of years, months and days', name);
    }
  }
  return null;
};
