import { randomUUID } from 'node:crypto';
import { loadConfig } from '../config.ts';
import type { Config } from '../config.ts';
import { contractOf } from '../domain/contracts.ts';
import { isHeld } from '../domain/erasure.ts';
import type { PrivacyRequested } from '../domain/generated/PrivacyRequested.ts';
import { ProfileError } from '../errors.ts';
import { cloudEventHeaders } from '../pipeline/cloud-events.ts';
import type { ProfileDocument } from '../pipeline/document.ts';
import { confirmed, examples, EXIT, type Register, untilStopped, wholeNumber } from './command.ts';
import { awaitErasure, type Outcome } from './erase-outcome.ts';
import { openSight } from './erase-sight.ts';
import { instant, print, printJson, styled } from './terminal.ts';

interface Options {
  readonly reason?: string;
  readonly caseReference?: string;
  readonly evidence?: string;
  readonly timeout: number;
  readonly yes?: true;
  readonly json?: true;
}

const HELP = examples(
  ['Forget a customer, with a reference to the request', 'erase c-1042 --evidence dms://letters/7731'],
  ['From a script, which wants to know when it is done', 'erase c-1042 --yes --json --timeout 600'],
);

export const register: Register = (program) => {
  program
    .command('erase')
    .summary('forget a customer for good, and tell when it is done')
    .description(
      'Asks, as the privacy desk would, that everything be forgotten that was stated of a customer up to now, and waits until\n' +
        'it is: the profile is gone, everybody was told, dead letters are swept. Members have to be at work. Of somebody unknown\n' +
        'it has messages refused that are dated up to now. Exit code 1 when it is refused, or not done in time.',
    )
    .argument('<customerId>', 'the key of the messages')
    .option('--reason <text>', 'for the record of requests')
    .option('--case-reference <reference>', 'of the case or court order behind it')
    .option('--evidence <reference>', 'to what proves the request; never the evidence itself')
    .option('--timeout <seconds>', 'how long to wait; 0: only ask for it', wholeNumber('--timeout'), 300)
    .option('--yes', 'do not ask')
    .option('--json', 'one JSON document; needs --yes')
    .addHelpText('after', HELP)
    .action(erase);
};

const erase = async (customerId: string, options: Options): Promise<void> => {
  if (options.json && !options.yes) throw new ProfileError('USAGE', 'nothing was changed: --json needs --yes');
  const config = loadConfig(process.env, ['kafka', 'mongodb', 'registry', 'erasure']);
  const { signal, release } = untilStopped();
  const sight = await openSight(config);
  try {
    const before = await sight.document(customerId);
    if (!options.json) for (const line of planOf(customerId, before)) print(line);
    if (!(await confirmed('Forget this customer for good?', options.yes))) {
      process.exitCode = EXIT.failure;
      return;
    }
    const request = await ask(config, customerId, options);
    if (!options.json) print(`Asked for at ${instant(request.occurredAt)}.`);
    const say = (line: string): void => (options.json ? undefined : print(line));
    const outcome = await awaitErasure(sight, request, { timeoutMs: options.timeout * 1_000, signal, say });
    report(outcome, request, options);
  } finally {
    release();
    await sight.close();
  }
};

const planOf = (customerId: string, before: ProfileDocument | null): string[] => {
  const { version = 0, profile = null, facts, audiences = {} } = before ?? {};
  const told = Object.entries(audiences).filter(([, { digest }]) => digest !== null);
  const known =
    profile === null
      ? '  nothing is known: messages dated up to now will be refused'
      : `  version ${version} goes, and ${['customer-updated', ...told.map(([name]) => name)].join(', ')} are told`;
  return [
    styled('bold', customerId),
    known,
    ...(facts?.erased === undefined ? [] : [`  was erased before, up to ${instant(facts.erased.at)}`]),
    ...(facts !== undefined && isHeld(facts)
      ? [styled('yellow', '  a legal hold is in force: it will be refused')]
      : []),
  ];
};

/** By the road of the privacy desk. No partition: a key goes where the default partitioner puts it. */
const ask = async (
  { kafka, registry, topicPrefix }: Pick<Config, 'kafka' | 'registry' | 'topicPrefix'>,
  customerId: string,
  options: Options,
) => {
  const [{ createKafka }, { publishOne }, { createRegistryClient }, { createEncoder }] = await Promise.all([
    import('../adapters/kafka/client.ts'),
    import('../adapters/kafka/publisher.ts'),
    import('../adapters/registry/client.ts'),
    import('../adapters/registry/encoder.ts'),
  ]);
  const contract = contractOf('PrivacyRequested', topicPrefix);
  const encoder = await createEncoder<PrivacyRequested>(createRegistryClient(registry), contract);
  const request: PrivacyRequested = {
    eventId: `erase:${randomUUID()}`,
    occurredAt: Date.now(),
    sourceSystem: 'customer-profile',
    customerId,
    correlationId: null,
    kind: 'erase',
    consents: [],
    reason: options.reason ?? null,
    caseReference: options.caseReference ?? null,
    evidence: options.evidence ?? null,
  };
  const headers = cloudEventHeaders('PrivacyRequested', request, '/customer-profile');
  const { topic } = contract;
  const record = { topic, key: customerId, value: encoder.encode(request), headers };
  const place = await publishOne(createKafka(kafka, 'customer-profile-erase'), record);
  return { customerId, eventId: request.eventId, occurredAt: request.occurredAt, topic, ...place };
};

const report = (
  outcome: Outcome,
  { eventId, occurredAt }: { eventId: string; occurredAt: number },
  { json, timeout }: Options,
): void => {
  if (outcome.state !== 'done' && !(outcome.state === 'asked' && timeout === 0)) process.exitCode = EXIT.failure;
  if (json) printJson({ eventId, requestedAt: occurredAt, ...outcome });
  else if (outcome.state === 'done') print(styled('green', 'The customer is forgotten.'));
  else if (outcome.state === 'refused') {
    print(styled('yellow', `Refused: ${outcome.reason}. ${outcome.detail}`));
  } else print(`Not done yet: ${MISSING[outcome.state]}. The request stands, and will be carried out.`);
};

const MISSING = {
  asked: 'no member has come to it',
  erased: 'dead letters from before are not swept everywhere',
} as const;
