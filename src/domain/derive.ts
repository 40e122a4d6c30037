import { deriveAgreements } from './derive/agreements.ts';
import { deriveCompleteness } from './derive/completeness.ts';
import { deriveConsents } from './derive/consents.ts';
import { deriveContactMediums } from './derive/contact-mediums.ts';
import { deriveOrderSummary } from './derive/order-summary.ts';
import { ordersInEffect } from './derive/orders.ts';
import { deriveParty } from './derive/party.ts';
import { derivePreferences } from './derive/preferences.ts';
import { deriveProducts } from './derive/products.ts';
import { deriveStatus } from './derive/status.ts';
import type { Facts } from './facts.ts';
import type { CustomerProfile } from './generated/CustomerUpdated.ts';

/** The profile that the facts amount to: pure, complete with nulls, and in one order whatever order the facts are in. */
export const derive = (facts: Facts): CustomerProfile => {
  const orders = ordersInEffect(facts);
  const agreements = deriveAgreements(facts);
  const products = deriveProducts(orders, agreements);
  const profile: Omit<CustomerProfile, 'completeness'> = {
    status: deriveStatus(products),
    party: deriveParty(facts),
    contactMediums: deriveContactMediums(facts),
    agreements,
    products,
    orderSummary: deriveOrderSummary(orders),
    consents: deriveConsents(facts),
    preferences: derivePreferences(facts, orders),
    segments: [],
  };
  return { ...profile, completeness: deriveCompleteness(profile) };
};
