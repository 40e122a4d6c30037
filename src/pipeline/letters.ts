/** Dead letters as they lie in their topics. */
import type { Headers, InboundRecord, OutboundRecord } from './ports.ts';

/** The offset that a letter had at first, where it has been moved. */
export const FIRST_OFFSET = 'dlq-first-offset';
const NOTE = 'dlq-redriven';
const OWN = /^dlq-/;

export const headerOf = (headers: Headers, name: string): string | null => {
  const value = headers[name];
  const last = Array.isArray(value) ? value.at(-1) : value;
  return last?.toString() ?? null;
};

const offsetIn = (headers: Headers, name: string): number | null => {
  const text = headerOf(headers, name);
  const offset = Number(text);
  return text !== null && /^\d+$/.test(text) && Number.isSafeInteger(offset) ? offset : null;
};

/** By which a letter goes within its partition, wherever it is moved to. */
export const identityOf = ({ headers, offset }: InboundRecord): number => offsetIn(headers, FIRST_OFFSET) ?? offset;

/**
 * A redrive leaves a note beside the letters, in the same transaction as the messages it sends: a record without key and
 * value whose header names the letter's identity in the note's own partition. So a letter is sent again once, even when the
 * redrive is killed or run twice.
 */
export const noteOn = (letter: InboundRecord): OutboundRecord => ({
  ...{ topic: letter.topic, key: null, value: null },
  headers: { [NOTE]: String(identityOf(letter)) },
});

/** The identity of the letter that a note says was redriven; null for a letter: one of a message that came with such a header has a reason. */
export const notedIn = ({ headers }: InboundRecord): number | null =>
  headers['dlq-reason'] === undefined ? offsetIn(headers, NOTE) : null;

/** Of somebody who was erased: it says where the message lies, and there is nothing in it to send again. */
export const isBare = ({ key, value, headers }: InboundRecord): boolean =>
  key === null && value === null && Object.keys(headers).every((name) => OWN.test(name));

/** The same once more at the end, for the place where it lies is to be deleted. */
export const moved = (letter: InboundRecord): OutboundRecord => {
  const { topic, key, value, timestamp } = letter;
  return { topic, key, value, timestamp, headers: { ...letter.headers, [FIRST_OFFSET]: String(identityOf(letter)) } };
};
