/** The schemas of the contracts: as Avro types, and as subjects in the registry. */
import avro, { type schema } from 'avsc';
import type { Contract, RecordName } from '../../domain/contracts.ts';
import { ProfileError } from '../../errors.ts';
import type { Answer, RegistryClient } from './client.ts';
import { schemaText } from './schema-files.ts';

/** The type with which we read and write a record. */
export const recordType = (record: RecordName): avro.Type =>
  avro.Type.forSchema(JSON.parse(schemaText(record)) as schema.AvroSchema, { omitRecordMethods: true });

/** Of the schemas as the registry knows them. */
export type SchemaIds = Readonly<Record<RecordName, number>>;

export interface SubjectState {
  readonly subject: string;
  readonly topic: string;
  /** `registered`: schema and compatibility are in place; `registrable`: `registerSchemas` would put them there. */
  readonly state: 'registered' | 'registrable' | 'incompatible';
  /** Of our schema under the subject; null when it is not registered. */
  readonly schemaId: number | null;
  /** The subject's own compatibility; null when it has none. */
  readonly compatibility: string | null;
  /** Why it is incompatible, in the registry's words. */
  readonly reason: string | null;
}

const pathOf = (subject: string): string => encodeURIComponent(subject);
const bodyOf = (record: RecordName) => ({ schema: JSON.stringify(JSON.parse(schemaText(record))) });

const reasonOf = ({ body }: Answer): string => {
  const messages = Array.isArray(body['messages']) ? body['messages'] : [body['message']];
  return messages.filter((message) => typeof message === 'string').join('; ') || 'no reason given';
};

const idOf = (answer: Answer): number | null => {
  const id = answer.status < 300 ? answer.body['id'] : null;
  return typeof id === 'number' ? id : null;
};

const compatibilityOf = async (client: RegistryClient, subject: string): Promise<string | null> => {
  const { body } = await client.call('GET', `/config/${pathOf(subject)}`);
  const level = body['compatibilityLevel'];
  return typeof level === 'string' ? level : null;
};

/** The id of our schema under the contract's subject, or null. Throws REGISTRY_UNAVAILABLE. */
export const schemaId = async (client: RegistryClient, { subject, record }: Contract): Promise<number | null> =>
  idOf(await client.call('POST', `/subjects/${pathOf(subject)}`, bodyOf(record)));

const checkSchema = async (client: RegistryClient, contract: Contract): Promise<SubjectState> => {
  const { subject, topic, record } = contract;
  const [id, compatibility] = await Promise.all([schemaId(client, contract), compatibilityOf(client, subject)]);
  const found = { subject, topic, schemaId: id, compatibility };
  if (id !== null) {
    const settled = compatibility === contract.compatibility;
    return { ...found, state: settled ? 'registered' : 'registrable', reason: null };
  }
  const path = `/compatibility/subjects/${pathOf(subject)}/versions?verbose=true`;
  const answer = await client.call('POST', path, bodyOf(record));
  // No such subject: nothing to be compatible with.
  const compatible = answer.status === 404 || answer.body['is_compatible'] === true;
  return compatible
    ? { ...found, state: 'registrable', reason: null }
    : { ...found, state: 'incompatible', reason: reasonOf(answer) };
};

/** How each contract's subject stands in the registry. Throws REGISTRY_UNAVAILABLE. */
export const checkSchemas = (client: RegistryClient, contracts: readonly Contract[]): Promise<SubjectState[]> =>
  Promise.all(contracts.map((contract) => checkSchema(client, contract)));

/** Several members may do this at once: the loser of a race, answered 409, reads what the winner has set. */
const requireCompatibility = async (client: RegistryClient, { subject, compatibility }: Contract): Promise<void> => {
  const answer = await client.call('PUT', `/config/${pathOf(subject)}`, { compatibility });
  if (answer.status < 300 || (await compatibilityOf(client, subject)) === compatibility) return;
  throw new ProfileError('REGISTRY_UNAVAILABLE', `the compatibility of ${subject} cannot be set: ${reasonOf(answer)}`);
};

/**
 * Sets the compatibility of the contract's subject, then registers the schema, and resolves to its id. Idempotent.
 * Throws SCHEMA_INCOMPATIBLE, REGISTRY_UNAVAILABLE.
 */
export const registerSchema = async (client: RegistryClient, contract: Contract): Promise<number> => {
  const { subject, record } = contract;
  // A registry without a rule of its own for the subject would accept anything, so the rule comes first.
  await requireCompatibility(client, contract);
  const answer = await client.call('POST', `/subjects/${pathOf(subject)}/versions`, bodyOf(record));
  const id = idOf(answer);
  if (id === null) {
    throw new ProfileError('SCHEMA_INCOMPATIBLE', `${subject} refuses the schema of ${record}: ${reasonOf(answer)}`);
  }
  return id;
};

/** Registers every contract's schema, one subject after the other. Throws as `registerSchema`. */
export const registerSchemas = async (client: RegistryClient, contracts: readonly Contract[]): Promise<SchemaIds> => {
  const ids: Partial<Record<RecordName, number>> = {};
  for (const contract of contracts) ids[contract.record] = await registerSchema(client, contract);
  return ids as SchemaIds;
};
