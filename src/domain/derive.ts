import { deriveAgreements } from './derive/agreements.ts';
import { deriveConsents } from './derive/consents.ts';
import { deriveContactMediums } from './derive/contact-mediums.ts';
import { openItemsOf } from './derive/open-items.ts';
import { deriveOrderSummary } from './derive/order-summary.ts';
import { type OrderInEffect, ordersInEffect } from './derive/orders.ts';
import { deriveParty } from './derive/party.ts';
import { derivePreferences } from './derive/preferences.ts';
import { deriveProducts, type ProductChange, productChangesOf } from './derive/products.ts';
import { deriveStatus } from './derive/status.ts';
import type { Facts } from './facts.ts';
import type { CustomerProfile } from './generated/CustomerUpdated.ts';
import type { ProfileRules } from './rules.ts';
import type { ProfileSoFar } from './rules/completeness.ts';

/** Everything that follows from the facts. */
export interface Customer {
  readonly facts: Facts;
  readonly profile: CustomerProfile;
  /** In the order in which they took effect. */
  readonly orders: readonly OrderInEffect[];
  /** What they did to products, in that order. */
  readonly productChanges: readonly ProductChange[];
}

/**
 * The profile that the facts amount to by the rules: pure, complete with nulls, and in one order whatever order the facts are in.
 */
export const derive = (facts: Facts, rules: ProfileRules): CustomerProfile => customerOf(facts, rules).profile;

/** The same, with what it was derived from. */
export const customerOf = (facts: Facts, rules: ProfileRules): Customer => {
  const orders = ordersInEffect(facts);
  const productChanges = productChangesOf(orders);
  const agreements = deriveAgreements(facts);
  const products = deriveProducts(productChanges, agreements);
  const contactMediums = deriveContactMediums(facts);
  const sofar: ProfileSoFar = {
    status: deriveStatus(facts, products),
    party: deriveParty(facts),
    contactMediums,
    agreements,
    products,
    orderSummary: deriveOrderSummary(orders),
    consents: deriveConsents(facts),
    preferences: derivePreferences(facts, orders, contactMediums),
  };
  const completeness = rules.missingIn(sofar, () => openItemsOf(orders, productChanges));
  const profile = { ...sofar, segments: rules.segmentsOf({ ...sofar, completeness }), completeness };
  return { facts, profile, orders, productChanges };
};
