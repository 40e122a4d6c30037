/** The library: the pure domain and the types of every event. */
export {
  createChurnProfileDecoder,
  createCustomerUpdatedDecoder,
  createFraudProfileDecoder,
  createMarketingProfileDecoder,
  type CustomerUpdatedDecoder,
  type SubscriberDecoder,
  type SubscriberOptions,
  versionOf,
} from './decoders.ts';
export { ProfileError, type ErrorCode } from './errors.ts';
export { canonicalJson } from './domain/canonical.ts';
export { customerUpdated, type ProfileVersion } from './domain/customer-updated.ts';
export { derive } from './domain/derive.ts';
export { type Change, changedPaths, diff } from './domain/diff.ts';
export { INPUTS, type InputEvent } from './domain/events.ts';
export { emptyFacts, type Facts } from './domain/facts.ts';
export { merge } from './domain/merge.ts';
export type { ProfileRules } from './domain/rules.ts';
export { type Arrival, isRefusal, judge, type Refusal, REFUSAL_REASONS, type RefusalReason } from './domain/refusal.ts';
export { loadRules } from './rules.ts';

export type * from './domain/generated/CustomerUpdated.ts';
export type { ChurnProfileUpdated } from './domain/generated/ChurnProfileUpdated.ts';
export type { FraudProfileUpdated } from './domain/generated/FraudProfileUpdated.ts';
export type { MarketingProfileUpdated } from './domain/generated/MarketingProfileUpdated.ts';
export type { ContractSigned } from './domain/generated/ContractSigned.ts';
export type { OrderFinalized } from './domain/generated/OrderFinalized.ts';
export type { PrivacyRequested } from './domain/generated/PrivacyRequested.ts';
export type { ProfileCommand } from './domain/generated/ProfileCommand.ts';
