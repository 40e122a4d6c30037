import { deriveAgreements } from './derive/agreements.ts';
import { deriveConsents } from './derive/consents.ts';
import { deriveContactMediums } from './derive/contact-mediums.ts';
import { openItemsOf } from './derive/open-items.ts';
import { deriveOrderSummary } from './derive/order-summary.ts';
import { type OrderInEffect, ordersInEffect } from './derive/orders.ts';
import { deriveParty } from './derive/party.ts';
import { derivePreferences } from './derive/preferences.ts';
import { deriveProducts } from './derive/products.ts';
import { deriveStatus } from './derive/status.ts';
import type { Facts } from './facts.ts';
import type { CustomerProfile } from './generated/CustomerUpdated.ts';
import { type Ledger, post } from './ledger/ledger.ts';
import { type Limits, LIMITS } from './ledger/limits.ts';
import type { ProductChange } from './ledger/products.ts';
import { ledgerOf } from './ledger/record.ts';
import type { Unlisted } from './ledger/unlisted.ts';
import type { ProfileRules } from './rules.ts';
import type { ProfileSoFar } from './rules/completeness.ts';

/** Everything that follows from the facts. */
export interface Customer {
  readonly facts: Facts;
  readonly profile: CustomerProfile;
  /** Those that the facts hold one by one, in the order in which they took effect: the latest, once earlier ones have been moved out. */
  readonly orders: readonly OrderInEffect[];
  /** What they did to products, in that order. */
  readonly productChanges: readonly ProductChange[];
  /** What all orders amount to. */
  readonly ledger: Ledger;
  /** Products that the profile does not list. */
  readonly unlisted: Unlisted;
}

/**
 * The profile that the facts amount to by the rules: pure, complete with nulls, and in one order whatever order the facts are in.
 */
export const derive = (facts: Facts, rules: ProfileRules, limits: Limits = LIMITS): CustomerProfile =>
  customerOf(facts, rules, limits).profile;

/** The same, with what it was derived from. */
export const customerOf = (facts: Facts, rules: ProfileRules, limits: Limits = LIMITS): Customer => {
  const orders = ordersInEffect(facts);
  const ledger = ledgerOf(facts.past?.ledger, limits);
  const productChanges = orders.flatMap((order) => post(ledger, order));
  const agreements = deriveAgreements(facts);
  const { listed: products, unlisted } = deriveProducts(ledger, agreements);
  const contactMediums = deriveContactMediums(facts);
  const sofar: ProfileSoFar = {
    status: deriveStatus(facts, products, unlisted),
    party: deriveParty(facts),
    contactMediums,
    agreements,
    products,
    orderSummary: deriveOrderSummary(ledger),
    consents: deriveConsents(facts),
    preferences: derivePreferences(facts, ledger, contactMediums),
  };
  const completeness = rules.missingIn(sofar, () => openItemsOf(ledger));
  const profile = { ...sofar, segments: rules.segmentsOf({ ...sofar, completeness }), completeness };
  return { facts, profile, orders, productChanges, ledger, unlisted };
};
