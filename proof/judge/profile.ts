/** The profile that follows from facts and rules, section by section. No clock, no chance. */
import { order } from './canonical.ts';
import { completenessOf } from './completeness.ts';
import { lastPaid, orderSummaryOf, ordersInEffect } from './orders.ts';
import { listedOf, productsOf } from './products.ts';
import { provenanceOf, statementOf } from './provenance.ts';
import { lastSeenAt } from './facts.ts';
import { isTree, member, numberOf, textOf, treeOf, type Tree } from './read.ts';
import { rulingIn } from './ruling.ts';
import { segmentsOf } from './segments.ts';
import type { Rules } from './types.ts';

/** `rules`: those that the members have been given. */
export const profileOf = (facts: Tree, rules: Rules): Tree => {
  const orders = ordersInEffect(facts);
  const agreements = agreementsOf(facts);
  const products = productsOf(orders, agreements);
  const contactMediums = contactMediumsOf(facts);
  const paid = lastPaid(orders);
  const profile = {
    status: isRestricted(facts) ? 'restricted' : statusOf(products),
    party: partyOf(facts),
    contactMediums,
    agreements,
    products: listedOf(orders, products),
    orderSummary: orderSummaryOf(orders),
    consents: consentsOf(facts),
    preferences: {
      languages: said(facts, 'preferences', 'languages') ?? [],
      billing: billingOf(facts),
      paymentMethodType: textOf(paid?.value['paymentMethod'], 'methodType'),
      provenance: provenanceOf(facts, contactMediums, paid?.statement),
    },
  };
  const complete = { ...profile, completeness: completenessOf(profile, { orders, products }, rules.completeness) };
  return { ...complete, segments: segmentsOf(complete, rules.segments) };
};

/** What is kept of the customer may not be used, but for others' sake or where a law wants it. */
export const isRestricted = (facts: Tree): boolean =>
  member(treeOf(treeOf(treeOf(facts, 'privacy'), 'restriction'), 'value'), 'restricted') === true ||
  rulingIn(facts) !== null;

/** Holding decides: a signature alone holds nothing yet. */
const statusOf = (products: readonly Tree[]): string => {
  if (products.some(({ status }) => status === 'active')) return 'active';
  return products.length > 0 ? 'inactive' : 'prospect';
};

const said = (facts: Tree, section: string, field: string): unknown => treeOf(treeOf(facts, section), field)['value'];

const partyOf = (facts: Tree): Tree | null => {
  const registers = treeOf(facts, 'party');
  const fields = Object.keys(registers);
  if (fields.length === 0) return null;
  return { partyType: 'unknown', ...Object.fromEntries(fields.map((field) => [field, said(facts, 'party', field)])) };
};

const billingOf = (facts: Tree): Tree | null => {
  const [format, cycle, media] = ['billingFormat', 'billingCycle', 'billingMedia'].map((field) =>
    said(facts, 'preferences', field),
  );
  return format == null && cycle == null && media == null ? null : { format, cycle, media };
};

export const agreementsOf = (facts: Tree): Tree[] =>
  Object.values(treeOf(facts, 'agreements'))
    .map((register) => ({ ...treeOf(register, 'value'), agreementVersion: numberOf(register, 'version') }))
    .sort((a, b) => order(textOf(a, 'agreementId') ?? '', textOf(b, 'agreementId') ?? ''));

/** The latest decisions that grant something. */
const consentsOf = (facts: Tree): Tree[] =>
  Object.values(treeOf(facts, 'consents'))
    .map((register) => ({ ...treeOf(register, 'value'), decidedAt: numberOf(register, 'at') }))
    .filter((consent) => member(consent, 'granted') === true)
    .sort(
      (a, b) =>
        order(textOf(a, 'purpose') ?? '', textOf(b, 'purpose') ?? '') ||
        order(textOf(a, 'channel') ?? '', textOf(b, 'channel') ?? ''),
    );

const RANK: Readonly<Record<string, number>> = { verified: 0, unverified: 1, invalid: 2 };

/** By type; within a type the best first, which is the preferred one. */
const contactMediumsOf = (facts: Tree): Tree[] =>
  Object.entries(treeOf(facts, 'contactMediums'))
    .filter((entry): entry is [string, Tree] => isTree(entry[1]))
    .map(([id, contact]) => {
      const { wellFormed, ...medium } = treeOf(treeOf(contact, 'medium'), 'value');
      return {
        id,
        type: textOf(medium, 'mediumType') ?? '',
        medium,
        validation: textOf(contact['validation'], 'value') ?? (wellFormed === true ? 'unverified' : 'invalid'),
        preferredAt: numberOf(contact['preferred'], 'at') ?? Number.NEGATIVE_INFINITY,
        validatedBy: statementOf(contact['validation']),
        lastSeenAt: lastSeenAt(contact),
      };
    })
    .sort(
      (a, b) =>
        order(a.type, b.type) ||
        (RANK[a.validation] ?? 1) - (RANK[b.validation] ?? 1) ||
        order(b.preferredAt, a.preferredAt) ||
        b.lastSeenAt - a.lastSeenAt ||
        order(a.id, b.id),
    )
    .map(({ id, type, medium, validation, lastSeenAt, validatedBy }, i, all) => ({
      id,
      ...medium,
      preferred: all.findIndex((other) => other.type === type) === i,
      validation,
      lastSeenAt,
      validatedBy,
    }));
