import type { Facts, LinkFact } from '../facts.ts';
import type { ProfileCommand } from '../generated/ProfileCommand.ts';
import { type Input, stampOf } from '../input.ts';
import { amend, lookup, put } from '../keyed.ts';
import { latest, register } from '../register.ts';
import { checkTerms } from '../retention/terms.ts';
import { type Check, fault, mapOf, nullable, record, within } from '../validation/check.ts';
import { envelope } from '../validation/records.ts';
import { count, id, optionName, text, version } from '../validation/values.ts';

/** What other tasks have found out about a value that the customer shares with others; no number once it has the value no more. */
interface LinkAnswer extends LinkFact {
  readonly link: string;
  readonly version: number;
}

const numberOf = (digits: string | undefined): number => (/^\d{1,16}$/.test(digits ?? '') ? Number(digits) : NaN);

const linkAnswerOf = ({ parameters }: ProfileCommand): LinkAnswer => ({
  link: parameters['link'] ?? '',
  version: numberOf(parameters['version']),
  ...(parameters['customers'] === undefined ? {} : { customers: numberOf(parameters['customers']) }),
});

const linkAnswer = record<LinkAnswer>({
  link: id,
  version,
  customers: (value, latest) => (value === undefined ? null : count(value, latest)),
});

const CARRIED_OUT: readonly ProfileCommand['kind'][] = ['linkCounted', 'refresh', 'retention'];

const fields = record<ProfileCommand>({
  ...envelope,
  kind: (value) => (CARRIED_OUT.includes(value) ? null : fault('must be a command that this version carries out')),
  reason: nullable(text),
  parameters: mapOf(optionName, text, 100),
});

const isLinkAnswer = ({ kind }: ProfileCommand): boolean => kind === 'linkCounted';

const checkParameters: Check<ProfileCommand> = (command, latest) => {
  if (isLinkAnswer(command)) return linkAnswer(linkAnswerOf(command), latest);
  return command.kind === 'retention' ? checkTerms(command.parameters, latest) : null;
};

const validate: Check<ProfileCommand> = (command, latest) =>
  fields(command, latest) ?? within('parameters', checkParameters(command, latest));

/**
 * A refresh says nothing of the customer: it asks for what follows from the facts to be derived again; nor does retention, which asks
 * for a decision.
 */
const merge = (facts: Facts, command: ProfileCommand): Facts => {
  if (!isLinkAnswer(command)) return facts;
  const { link, version: ofAnswer, ...answer } = linkAnswerOf(command);
  const candidate = register<LinkFact>(stampOf(command, ofAnswer), answer);
  return amend(facts, { links: put(facts.links, link, latest(lookup(facts.links, link), candidate)) });
};

export const profileCommand: Input<'ProfileCommand', ProfileCommand> = {
  topic: 'profile-command',
  type: 'ProfileCommand',
  validate,
  merge,
};
