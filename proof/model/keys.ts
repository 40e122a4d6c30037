/** Equal states have equal keys, short strings: what they are made of is interned, and so has a number. */
import {
  type Document,
  type DocumentFields,
  type Member,
  type MemberFields,
  type Stage,
  STAGES,
  type State,
} from './state.ts';

/** Hands out one object for equal values, so that they have a number and are compared by identity. */
export interface Interned {
  document(fields: DocumentFields): Document;
  member(fields: MemberFields): Member;
}

const LIMIT = 0xffff;

export const createInterned = (): Interned => {
  const documents = new Map<number, Document>();
  const members = new Map<string, Member>();
  return {
    document: (fields) => {
      const key = keyOfDocument(fields);
      const known = documents.get(key);
      if (known !== undefined) return known;
      const document = { ...fields, id: numbered(documents.size) };
      documents.set(key, document);
      return document;
    },
    member: (fields) => {
      const key = keyOfMember(fields);
      const known = members.get(key);
      if (known !== undefined) return known;
      const member = { ...fields, id: numbered(members.size) };
      members.set(key, member);
      return member;
    },
  };
};

const numbered = (size: number): number => {
  if (size >= LIMIT) throw new RangeError('the world is too large: more than 65535 documents or member states');
  return size + 1;
};

const keyOfDocument = (document: DocumentFields): number =>
  document.version |
  (document.epoch << 4) |
  (document.topic << 8) |
  ((document.offset + 1) << 9) |
  (document.previousVersion << 12) |
  (document.pending << 16) |
  ((document.erased ? 1 : 0) << 20) |
  (document.facts << 21);

const STAGE_NUMBER = Object.fromEntries(STAGES.map((stage, number) => [stage, number])) as Record<Stage, number>;

const idOf = (document: Document | null): number => (document === null ? 0 : document.id);

const keyOfMember = (member: MemberFields): string =>
  String.fromCharCode(
    STAGE_NUMBER[member.stage] | (member.kafkaEpoch << 4) | (member.epoch << 8) | ((member.publish ? 1 : 0) << 12),
    member.position | (member.topic << 7) | (member.to << 8) | (member.refused << 11) | (member.assigned ? 1 << 15 : 0),
    idOf(member.before),
    idOf(member.after),
    idOf(member.cache),
  );

/** Equal for equal states of one model, and for no others. */
export const keyOf = (state: State): string => {
  const { members } = state;
  let key = String.fromCharCode(
    idOf(state.document),
    idOf(state.durable),
    state.committed | (state.committedBefore << 6) | (state.rebalances << 12),
    state.kafkaEpoch | (state.epoch << 4) | (state.publishedVersion << 8) | (state.takes << 12),
    state.publishedFacts |
      (state.tombstone << 8) |
      (state.failovers << 10) |
      (state.rewinds << 12) |
      (state.skips << 14),
    state.deadLetters,
  );
  for (const member of members) key += String.fromCharCode(member.id);
  return key;
};
