import fc from 'fast-check';
import { requestsOf } from '../../../src/adapters/kafka/requests.ts';
import type { OutboundRecord } from '../../../src/pipeline/ports.ts';

/** What brokers refuse by default, in bytes a topic and request. */
const REFUSED_BYTES = 1_048_576;

const record = (topic: string, bytes: number, id = 0): OutboundRecord => ({
  topic,
  key: String(id),
  value: Buffer.alloc(bytes),
  headers: {},
});

/** Messages by request and topic. */
const sentIn = (records: readonly OutboundRecord[], own: number) =>
  requestsOf(records, own).map(({ topicMessages }) => topicMessages);

const ids = (topic: string, requests: ReturnType<typeof sentIn>): string[] =>
  requests
    .flat()
    .filter((each) => each.topic === topic)
    .flatMap(({ messages }) => messages.map(({ key }) => String(key)));

describe('what a transaction sends', () => {
  it('goes in one request for all topics while it is small', () => {
    const requests = sentIn([record('a', 10, 1), record('b', 10, 2), record('a', 10, 3)], 4);
    expect(requests).toHaveLength(1);
    expect(requests[0]?.map(({ topic, messages }) => [topic, messages.length])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
    expect(requests.flat().flatMap(({ messages }) => messages.map(({ partition }) => partition))).toEqual([4, 4, 4]);
  });

  it('is dated by this member, but no earlier than it may be, however slow its clock is', () => {
    const soon = Date.now() + 3_600_000;
    const dated = [
      ...[{ timestamp: 7 }, { timestamp: 7, notBefore: soon }, { notBefore: soon }, { notBefore: 7 }, {}],
    ].map((said) => ({ ...record('a', 1), ...said }));
    const times = sentIn(dated, 0)
      .flat()
      .flatMap(({ messages }) => messages.map(({ timestamp }) => timestamp));
    expect(times.toSpliced(3, 1)).toEqual(['7', '7', String(soon), undefined]);
    expect(Math.abs(Number(times[3]) - Date.now())).toBeLessThan(60_000);
  });

  it('is nothing when there is nothing to send', () => {
    expect(sentIn([], 0)).toEqual([]);
  });

  it('is split only for the topic that is too large for one request', () => {
    const large = Array.from({ length: 5 }, (_, id) => record('a', 400_000, id));
    const requests = sentIn([...large, record('b', 10)], 0);
    expect(requests.map((request) => request.map(({ topic, messages }) => [topic, messages.length]))).toEqual([
      [
        ['a', 2],
        ['b', 1],
      ],
      [['a', 2]],
      [['a', 1]],
    ]);
  });

  it('gives a record that is too large by itself a request of its own', () => {
    const sizes = sentIn([record('a', 10), record('a', 2_000_000), record('a', 10)], 0).map(
      (request) => request[0]?.messages.length,
    );
    expect(sizes).toEqual([1, 1, 1]);
  });

  it('is known to hold a record that is refused as it is, and only then', () => {
    const requests = requestsOf([record('a', 10), record('a', 2_000_000), record('a', 10), record('b', 899_000)], 0);
    expect(requests.map(({ isOversized }) => isOversized)).toEqual([false, true, false]);
  });

  it('counts headers, names and repetitions included', () => {
    const headers = { 'dlq-detail': Buffer.alloc(300_000), twice: [Buffer.alloc(200_000), 'x'.repeat(100_000)] };
    const heavy: OutboundRecord = { ...record('a', 0), headers };
    expect(sentIn([heavy, heavy], 0)).toHaveLength(2);
  });

  it('keeps every record once, in the order of its topic, in requests that brokers take', () => {
    const records = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.nat({ max: 880_000 })), { maxLength: 25 });
    fc.assert(
      fc.property(records, (drawn) => {
        const sent = drawn.map(([topic, bytes], id) => record(topic, bytes, id));
        const requests = sentIn(sent, 0);
        for (const topic of ['a', 'b', 'c']) {
          expect(ids(topic, requests)).toEqual(sent.filter((each) => each.topic === topic).map(({ key }) => key));
        }
        for (const { topic, messages } of requests.flat()) {
          const bytes = messages.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
          expect([topic, bytes < REFUSED_BYTES]).toEqual([topic, true]);
        }
        for (const request of requests) {
          expect(new Set(request.map(({ topic }) => topic)).size).toBe(request.length);
          expect(request.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 50 },
    );
  });
});
