/** What an event says: about which thing, and with which right to be believed. */
import type { EventType } from './contracts.ts';
import { contactOf } from './contact.ts';
import { isTree, listOf, member, numberOf, textOf, treeOf, type Tree } from './read.ts';

export interface Statement {
  /** The section of the facts, the key within it, and for a contact the register. */
  readonly about: readonly [section: string, key: string, part?: string];
  /** Version of the thing described; 0 where it has none. */
  readonly version: number;
  /** When it was made, ms. */
  readonly at: number;
  /** The event that made it. */
  readonly by: string;
  readonly source: string;
  readonly value: unknown;
}

/** The sections of the facts; all of them are there, empty or not. */
export const SECTIONS = [
  'party',
  'contactMediums',
  'agreements',
  'orders',
  'consents',
  'preferences',
  'assessments',
  'links',
  'privacy',
  'legalHolds',
] as const;

/** What is said of the customer altogether: what was stated until then does not count. The value names the policy. */
export const ERASURE = 'erased';

type Made = Pick<Statement, 'version' | 'at' | 'by' | 'source'>;
type Says = (event: Tree, made: Made) => Statement[];

const SAYS: Readonly<Record<EventType, Says>> = {
  OrderFinalized: (event, made) => [
    { ...made, about: ['orders', textOf(event, 'orderId') ?? ''], ...ofVersion(event, 'orderVersion', ORDER) },
    ...aboutParty(event, made),
    ...aboutContacts(event, made),
  ],
  ContractSigned: (event, made) => [
    {
      ...made,
      about: ['agreements', textOf(event, 'agreementId') ?? ''],
      ...ofVersion(event, 'agreementVersion', AGREEMENT),
    },
    ...aboutParty(event, made),
    ...aboutContacts(event, made),
    ...aboutConsents(event, made),
    ...aboutFields('preferences', made, {
      languages: listOf(event, 'languages').length > 0 ? event['languages'] : null,
      billingFormat: member(event['billing'], 'format'),
      billingCycle: member(event['billing'], 'cycle'),
      billingMedia: member(event['billing'], 'media'),
    }),
    ...aboutFields('assessments', made, { identification: event['identification'] }),
    ...aboutFields(
      'assessments',
      // A credit check is as old as the check, but no younger than who tells of it.
      { ...made, at: Math.min(numberOf(event['creditProfile'], 'checkedAt') ?? made.at, made.at) },
      { creditProfile: event['creditProfile'] },
    ),
  ],
  PrivacyRequested: (event, made) => {
    const { kind, reason, caseReference, evidence } = event;
    const isRestriction = kind === 'restrict' || kind === 'liftRestriction';
    const isHold = kind === 'legalHold' || kind === 'releaseHold';
    if (kind === 'erase') return [{ ...made, about: [ERASURE, ''], value: 'request' }];
    return [
      ...aboutConsents(event, made, evidence),
      ...(isRestriction
        ? aboutFields('privacy', made, {
            restriction: { restricted: kind === 'restrict', reason, caseReference, evidence },
          })
        : []),
      ...(isHold
        ? aboutFields('legalHolds', made, { [String(caseReference)]: { held: kind === 'legalHold', reason, evidence } })
        : []),
    ];
  },
  ProfileCommand: ({ kind, parameters }, made) => {
    // A refresh says nothing of the customer, nor does who asks for a decision.
    if (kind !== 'linkCounted') return [];
    const customers = textOf(parameters, 'customers');
    return [
      {
        ...made,
        version: Number(textOf(parameters, 'version')),
        about: ['links', textOf(parameters, 'link') ?? ''],
        value: customers === null ? {} : { customers: Number(customers) },
      },
    ];
  },
};

/** Everything that one accepted event says. */
export const statementsOf = (type: EventType, event: Tree): Statement[] =>
  SAYS[type](event, {
    version: 0,
    at: numberOf(event, 'occurredAt') ?? 0,
    by: textOf(event, 'eventId') ?? '',
    source: textOf(event, 'sourceSystem') ?? '',
  });

/** What of an event is not part of the order or agreement that it describes: who said it, and what is kept by itself. */
const ENVELOPE = ['eventId', 'occurredAt', 'sourceSystem', 'customerId', 'correlationId'];
const ORDER = new Set([...ENVELOPE, 'orderVersion', 'party', 'contactMediums']);
const AGREEMENT = new Set([
  ...ENVELOPE,
  ...['agreementVersion', 'party', 'contactMediums', 'consents', 'languages', 'billing', 'identification'],
  'creditProfile',
]);

const ofVersion = (event: Tree, version: string, apart: ReadonlySet<string>): Pick<Statement, 'version' | 'value'> => ({
  version: numberOf(event, version) ?? 0,
  value: Object.fromEntries(Object.entries(event).filter(([name]) => !apart.has(name))),
});

/** Each field by itself; null and the empty string say nothing. */
const aboutFields = (section: string, made: Made, fields: Tree): Statement[] =>
  Object.entries(fields)
    .filter(([, value]) => value != null && value !== '')
    .map(([field, value]) => ({ ...made, about: [section, field], value }));

const aboutParty = (event: Tree, made: Made): Statement[] => {
  const { partyType, ...fields } = treeOf(event, 'party');
  return aboutFields('party', made, { ...fields, partyType: partyType === 'unknown' ? null : partyType });
};

const aboutContacts = (event: Tree, made: Made): Statement[] =>
  listOf(event, 'contactMediums').flatMap((medium) => {
    const contact = isTree(medium) ? contactOf(medium) : null;
    if (!isTree(medium) || contact === null) return [];
    const { validFrom, validTo, validation, preferred } = medium;
    const about = (part: string, value: unknown): Statement => ({
      ...made,
      about: ['contactMediums', contact.key, part],
      value,
    });
    return [
      // What was verified is overwritten by what is verified only.
      { ...about('medium', { ...contact.fact, validFrom, validTo }), version: validation === 'verified' ? 1 : 0 },
      // Unverified says nothing either way.
      ...(validation === 'verified' || validation === 'invalid' ? [about('validation', validation)] : []),
      about('seen', made.at),
      ...(preferred === true ? [about('preferred', true)] : []),
    ];
  });

const aboutConsents = (event: Tree, made: Made, evidence?: unknown): Statement[] =>
  listOf(event, 'consents').flatMap((consent) => {
    if (!isTree(consent)) return [];
    const { purpose, channel, granted, validTo, decidedAt } = consent;
    const proof = consent['evidence'] ?? evidence;
    if (purpose === 'unknown' || channel === 'unknown') return [];
    const value = { purpose, channel, granted, validTo, evidence: proof };
    const at = Math.min(Number(decidedAt), made.at);
    return [{ ...made, at, about: ['consents', `${String(purpose)}:${String(channel)}`], value }];
  });
