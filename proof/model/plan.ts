/** What one batch does to the document, as in `src/pipeline/plan.ts`: rules 2, 3, 7, 8 and 9. */
import { eventAt, type Model } from './model.ts';
import { differing, type Document, type Facts, offsetIn, type Position, registerOf } from './state.ts';
import type { Coordinates, Event } from './world.ts';

/** What is refused of a batch. */
export interface Refusals {
  /** One bit an offset. */
  readonly refused: number;
  /** Another member might accept one of them. */
  readonly disputed: boolean;
}

/** Records of one topic. */
export interface Batch extends Refusals {
  readonly topic: number;
  readonly from: number;
  readonly to: number;
}

export interface Plan {
  readonly after: Document | null;
  readonly publish: boolean;
}

const NOTHING: Plan = { after: null, publish: false };

export const merge = (facts: Facts, { field, at }: Event): Facts =>
  registerOf(facts, field) >= at ? facts : (facts & ~(3 << (2 * field))) | (at << (2 * field));

export const plan = (model: Model, epoch: number, position: Position, before: Document | null, batch: Batch): Plan => {
  const folded = fold(model, before, batch);
  if (folded !== null) return change(model, epoch, position, before, batch, folded);
  const { rules } = model;
  const claims = batch.disputed && rules.refusalClaims;
  if (before === null) return claims && rules.refusalLeavesStub ? stub(model, epoch, batch) : NOTHING;

  const publish = carriesMarker(model, before, batch) ? rules.publishWhenRedelivered : !rules.silentOtherwise;
  const claimed = (publish && rules.claim) || claims;
  return { after: claimed ? model.document({ ...before, epoch }) : null, publish };
};

interface Folded {
  readonly facts: Facts;
  readonly marker: number;
  readonly erased: boolean;
}

const fold = (model: Model, before: Document | null, { topic, from, to, refused }: Batch): Folded | null => {
  const { logs, rules, world } = model;
  let facts = before?.facts ?? 0;
  let marker = -1;
  let erased = false;
  for (let offset = from; offset < to; offset++) {
    const event = eventAt(logs, topic, offset);
    if (event === null || isRefused(refused, offset)) continue;
    const merged = merge(facts, event);
    if (merged === facts) continue;
    facts = merged;
    if (marker < 0 || rules.lastChangeIsMarker) marker = offset;
    if (world.erasure?.topic === topic && world.erasure.offset === offset) erased = true;
  }
  return marker < 0 ? null : { facts, marker, erased };
};

const change = (
  model: Model,
  epoch: number,
  position: Position,
  before: Document | null,
  { topic }: Batch,
  { facts, marker, erased }: Folded,
): Plan => {
  const { rules } = model;
  const pending = differing(before?.facts ?? 0, facts);
  const fields = { version: (before?.version ?? 0) + 1, epoch, topic, offset: marker, facts };
  if (before === null || before.offset < offsetIn(position, before.topic)) {
    const previousVersion = before?.version ?? 0;
    return { after: model.document({ ...fields, previousVersion, pending, erased }), publish: true };
  }
  const after = model.document({
    ...fields,
    previousVersion: rules.previousVersionStays ? before.previousVersion : before.version,
    pending: rules.pendingTakenOver ? pending | before.pending : pending,
    erased: erased || (rules.erasureTakenOver && before.erased),
  });
  return { after, publish: true };
};

/** Rule 7: by coordinates, whether or not the record was refused this time. */
const carriesMarker = ({ rules }: Model, { topic, offset }: Document, batch: Batch): boolean =>
  topic === batch.topic &&
  batch.from <= offset &&
  offset < batch.to &&
  (rules.refusedCount || !isRefused(batch.refused, offset));

/** Version 0: no profile, only an epoch that a zombie's insert will meet. */
const stub = (model: Model, epoch: number, { topic }: Batch): Plan => {
  const fields = { version: 0, epoch, topic, offset: -1, previousVersion: 0, pending: 0, erased: false, facts: 0 };
  return { after: model.document(fields), publish: false };
};

export const isRefused = (refused: number, offset: number): boolean => ((refused >> offset) & 1) === 1;

/** The ways in which a batch may be refused: a disputed record is, or is not. */
export const refusals = ({ logs, world }: Model, topic: number, from: number, to: number): Refusals[] => {
  const inBatch = (record: Coordinates): boolean =>
    record.topic === topic &&
    record.offset >= from &&
    record.offset < to &&
    eventAt(logs, topic, record.offset) !== null;
  const { refused = [], disputed = [] } = world;
  let found: Refusals[] = [{ refused: bitsOf(refused.filter(inBatch)), disputed: false }];
  for (const record of disputed.filter(inBatch)) {
    found = [...found, ...found.map((less) => ({ refused: less.refused | bitsOf([record]), disputed: true }))];
  }
  return found;
};

const bitsOf = (records: readonly Coordinates[]): number =>
  records.reduce((bits, { offset }) => bits | (1 << offset), 0);
