/** The names by which audiences know customers: worked out anew from the keys. */
import { createHmac } from 'node:crypto';
import type { Audience } from './contracts.ts';
import type { JudgeSettings, LogRecord } from './types.ts';

export interface Named {
  readonly customerId: string;
  /** Null: the name is the id. */
  readonly key: string | null;
}

export interface Names {
  /** Whose name it is; null when it is nobody's under any key. */
  of(audience: Audience, name: string): Named | null;
  /** That by which everybody is known now. */
  presentKey(audience: Audience): string | null;
}

/** The settings, and whom names stand for. */
export interface NamedSettings extends JudgeSettings {
  readonly names: Names;
}

export const pseudonymOf = (key: string, kind: 'customer' | 'agreement', id: string): string =>
  createHmac('sha256', key).update(`${kind}:${id}`).digest('base64url').slice(0, 22);

export const createNames = (customers: Iterable<string>, { churnKeys }: Pick<JudgeSettings, 'churnKeys'>): Names => {
  const pseudonyms = new Map<string, Named>();
  const keys = new Set(churnKeys);
  const isById = keys.delete(null);
  for (const customerId of customers) {
    for (const key of keys)
      if (key !== null) pseudonyms.set(pseudonymOf(key, 'customer', customerId), { customerId, key });
  }
  return {
    of: (audience, name) => {
      const found = audience === 'churn' ? pseudonyms.get(name) : undefined;
      return found ?? (isById || audience !== 'churn' ? { customerId: name, key: null } : null);
    },
    presentKey: (audience) => (audience === 'churn' ? (churnKeys.at(-1) ?? null) : null),
  };
};

/** Shorter ones stand in any bytes by chance. */
const SHORTEST = 5;

/** Whether the id stands anywhere in the record. */
export const says = ({ key, value, headers }: LogRecord, customerId: string): boolean =>
  customerId.length >= SHORTEST &&
  [key, value, ...Object.values(headers).flat()].some((bytes) => bytes?.includes(customerId) ?? false);
