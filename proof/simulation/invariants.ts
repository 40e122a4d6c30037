/** What must hold at every save and at every commit, whatever has happened. */
import { deadLetterTopic } from '../../src/domain/contracts.ts';
import { changedPaths, diff } from '../../src/domain/diff.ts';
import { equal } from '../../src/domain/equal.ts';
import { emptyFacts, type Facts } from '../../src/domain/facts.ts';
import type { CustomerProfile, CustomerUpdated } from '../../src/domain/generated/CustomerUpdated.ts';
import type { ProfileDocument } from '../../src/pipeline/document.ts';
import { AUDIENCE_TOPIC, hear, type Heard } from './audience.ts';
import { type Input, type Inputs, numberOf, OUTPUT_TOPIC, placeOf, valueOf } from './inputs.ts';
import type { OutputRecord, ServerTransaction, SimulatedKafka } from './kafka.ts';
import { holds, isEvent, judgeEnd } from './in-the-end.ts';
import type { SimulatedMongo } from './mongodb.ts';
import type { Invariant, Violation } from './violation.ts';

interface Published {
  readonly version: number;
  readonly profile: CustomerProfile | null;
}

const NOTHING: Published = { version: 0, profile: null };

export class Invariants {
  violation: Violation | null = null;
  readonly #inputs: Inputs;
  /** Offsets as decided by commits, before anybody can read them. */
  readonly #decided = new Map<string, number>();
  readonly #published = new Map<string, Published>();
  readonly #deadLetters = new Set<Input>();
  readonly #events: object[] = [];
  readonly #heard = new Map<string, Heard>();
  /** When a heartbeat was sent that the group has acknowledged, and when a task began to wait. */
  readonly #acknowledged = new Map<object, number>();
  readonly #waiting = new Map<object, Map<number, number>>();
  #now = 0;

  constructor(inputs: Inputs) {
    this.#inputs = inputs;
  }

  #violated(invariant: Invariant, detail: string): void {
    this.violation ??= { invariant, detail };
  }

  /** An order of moments, finer than steps. */
  now(): number {
    this.#now += 1;
    return this.#now;
  }

  encoded(event: object): Buffer {
    this.#events.push(event);
    return valueOf(this.#events.length - 1);
  }

  #eventOf({ value }: OutputRecord): CustomerUpdated | undefined {
    return this.#events[numberOf(value)] as CustomerUpdated | undefined;
  }

  acknowledged(member: object, sent: number): void {
    this.#acknowledged.set(member, sent);
  }

  waits(member: object, partition: number): void {
    const since = this.#waiting.get(member) ?? new Map<number, number>();
    this.#waiting.set(member, since.set(partition, this.now()));
  }

  opensAgain(member: { readonly name: string }, partition: number): void {
    const since = this.#waiting.get(member)?.get(partition) ?? 0;
    const asked = this.#acknowledged.get(member) ?? 0;
    if (asked < since)
      this.#violated('unasked', `${member.name} takes task ${partition} again without asking the group`);
  }

  /** A profile was written at the primary. */
  saved(before: ProfileDocument | null, after: ProfileDocument): void {
    const { _id: customerId, version, marker } = after;
    if (version !== before?.version && marker !== null && this.#passed(marker.topic, customerId) > marker.offset) {
      this.#violated('unpublished', `${customerId} v${version} is saved after its marker was committed`);
    }
    const missing = this.#missing(customerId, after.facts);
    if (missing !== undefined) this.#violated('stale-save', `${customerId} v${version} lacks ${describe(missing)}`);
  }

  /** A commit was decided. */
  decided({ records, offsets }: ServerTransaction, mongo: SimulatedMongo): void {
    const heard = new Map(records.filter(isHeard).map((record) => [record.key, record]));
    for (const record of records) {
      if (record.topic === OUTPUT_TOPIC) this.#update(record, heard.get(record.key), mongo);
      else if (!isHeard(record)) this.#deadLetter(record);
    }
    for (const [place, offset] of offsets) {
      if (offset < (this.#decided.get(place) ?? 0)) this.#violated('offsets-back', `${place} to ${offset}`);
      this.#decided.set(place, offset);
    }
    for (const customerId of this.#inputs.byCustomer.keys()) {
      this.#complete(customerId, mongo.majority.profiles.get(customerId));
    }
    for (const input of this.#inputs.all) if (input.customerId === null) this.#refused(input);
  }

  #update(record: OutputRecord, heard: OutputRecord | undefined, mongo: SimulatedMongo): void {
    const event = this.#eventOf(record);
    if (event === undefined) {
      this.#violated('chain', 'an event that nobody encoded');
      return;
    }
    const { customerId, version, previousVersion, profile } = event;
    const last = this.#published.get(customerId) ?? NOTHING;
    if (previousVersion !== last.version || version <= last.version) {
      this.#violated('chain', `${customerId} ${previousVersion}→${version} follows v${last.version}`);
    }
    const document = mongo.majority.profiles.get(customerId);
    if (document?.version !== version || !equal(document.profile, profile)) {
      this.#violated('unsaved', `${customerId} v${version}, while the document is v${document?.version ?? 0}`);
    }
    const told = new Set(event.changedPaths);
    const untold = changedPaths(diff(last.profile, profile, [])).find((path) => !told.has(path));
    if (untold !== undefined) this.#violated('paths', `${customerId} v${version} does not tell of ${untold}`);
    this.#published.set(customerId, { version, profile });
    if (document !== undefined) this.#hear(document, heard);
  }

  #hear(document: ProfileDocument, record: OutputRecord | undefined): void {
    const { _id: customerId, version } = document;
    const event = record?.value == null ? null : this.#events[numberOf(record.value)];
    const heard = hear(this.#heard.get(customerId), document, record, event);
    if (typeof heard === 'string') this.#violated('audience', `of ${customerId} v${version} ${heard}`);
    else this.#heard.set(customerId, heard);
  }

  #deadLetter({ topic, key, value, headers }: OutputRecord): void {
    const input = this.#inputs.all[numberOf(value)];
    if (input === undefined) {
      this.#violated('dead-letter', 'bytes that nobody sent');
      return;
    }
    const { record, verdict } = input;
    const reason = headers['dlq-reason'];
    const right = verdict === 'either' ? reason === 'unknown-schema' : reason === verdict;
    if (!right) this.#violated('dead-letter', `${describe(input)} as ${String(reason)}`);
    if (key !== record.key || value !== record.value || topic !== deadLetterTopic(record.topic)) {
      this.#violated('dead-letter', `${describe(input)} is not as received`);
    }
    if (this.#deadLetters.has(input)) this.#violated('dead-letter', `${describe(input)} twice`);
    this.#deadLetters.add(input);
  }

  #complete(customerId: string, document: ProfileDocument | undefined): void {
    const missing = this.#missing(customerId, document?.facts ?? emptyFacts);
    if (missing !== undefined) this.#violated('input-lost', `the document lacks ${describe(missing)}`);
    for (const input of this.#inputs.byCustomer.get(customerId) ?? []) this.#refused(input);
    if (document?.marker == null) return;
    const { version, marker } = document;
    const published = this.#published.get(customerId)?.version ?? 0;
    if (version !== published && this.#passed(marker.topic, customerId) > marker.offset) {
      this.#violated('unpublished', `${customerId} v${version}; the last published is v${published}`);
    }
  }

  /** An input that the committed offsets have passed is a dead letter, if it has to be. */
  #refused(input: Input): void {
    const { verdict } = input;
    if (verdict === 'applied' || verdict === 'either' || this.#deadLetters.has(input)) return;
    if (this.#isPassed(input)) this.#violated('input-lost', `${describe(input)} is no dead letter`);
  }

  /** The first committed event that the facts do not hold. */
  #missing(customerId: string, facts: Facts): Input | undefined {
    return this.#inputs.byCustomer
      .get(customerId)
      ?.find(
        (input) => this.#isPassed(input) && isEvent(input) && !this.#deadLetters.has(input) && !holds(facts, input),
      );
  }

  #isPassed({ record: { topic, partition, offset } }: Input): boolean {
    return offset < (this.#decided.get(placeOf(topic, partition)) ?? 0);
  }

  #passed(topic: string, customerId: string): number {
    const partition = this.#inputs.byCustomer.get(customerId)?.[0]?.record.partition ?? 0;
    return this.#decided.get(placeOf(topic, partition)) ?? 0;
  }

  /** Everything is healed and processed. */
  end(kafka: SimulatedKafka, mongo: SimulatedMongo): void {
    const eventOf = (record: OutputRecord): CustomerUpdated | undefined => this.#eventOf(record);
    this.violation ??= judgeEnd({ inputs: this.#inputs, deadLetters: this.#deadLetters, eventOf, kafka, mongo });
  }

  stuck(detail: string): void {
    this.#violated('stuck', detail);
  }
}

const isHeard = ({ topic }: OutputRecord): boolean => topic === AUDIENCE_TOPIC;

const describe = ({ record: { topic, partition, offset } }: Input): string => `${topic}-${partition}@${offset}`;
