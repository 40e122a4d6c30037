import type { Cause, ChangeType, CustomerProfile, CustomerUpdated } from './generated/CustomerUpdated.ts';

/** One version of a customer, as its document holds it. */
export interface ProfileVersion {
  readonly customerId: string;
  readonly version: number;
  /** The version published before; 0 for the first. */
  readonly previousVersion: number;
  readonly pending: {
    readonly paths: readonly string[];
    readonly causes: readonly Cause[];
    readonly occurredAt: number;
    /** The customer was not known before, or known no more. */
    readonly begins?: true;
  };
  readonly profile: CustomerProfile;
}

/** Of what anybody is told of a version, by the name under which it is told. */
export const eventIdOf = (name: string, version: number): string => `${name}:${version}`;

export const customerUpdated = (changed: ProfileVersion): CustomerUpdated => {
  const { customerId, version, previousVersion, pending, profile } = changed;
  return {
    eventId: eventIdOf(customerId, version),
    customerId,
    version,
    previousVersion,
    changeType: changeType(changed),
    changedPaths: [...pending.paths],
    causes: [...pending.causes],
    occurredAt: pending.occurredAt,
    profile,
  };
};

const changeType = ({ previousVersion, pending, profile }: ProfileVersion): ChangeType => {
  if (previousVersion === 0 || pending.begins) return 'created';
  if (!pending.paths.includes('status')) return 'updated';
  return profile.status === 'restricted' || profile.status === 'archived' ? profile.status : 'statusChanged';
};
