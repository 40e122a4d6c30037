import { Inbox } from '../../../src/pipeline/inbox.ts';
import type { FetchedBatch } from '../../../src/pipeline/ports.ts';

const batch = (from: number, to: number, topic = 'orders'): FetchedBatch => ({
  topic,
  partition: 0,
  fetchedOffset: from,
  nextOffset: to,
  records: [],
});

const opened = (orders = 0, contracts = 0): Inbox => {
  const inbox = new Inbox();
  inbox.rewind({ orders, contracts });
  return inbox;
};

describe('an inbox', () => {
  it('takes nothing before its task knows where to begin', () => {
    const inbox = new Inbox();
    expect(inbox.offer(batch(0, 1))).toBe('full');
    expect(inbox.take()).toBeNull();
  });

  it('has room for one batch of each topic while another is in work', () => {
    const inbox = opened();
    expect(inbox.offer(batch(0, 1))).toBe('taken');
    expect(inbox.offer(batch(1, 2))).toBe('full');
    expect(inbox.offer(batch(0, 3, 'contracts'))).toBe('taken');
    expect(inbox.take()).toEqual([batch(0, 1), batch(0, 3, 'contracts')]);
    expect(inbox.offer(batch(1, 2))).toBe('taken');
    expect(inbox.offer(batch(2, 3))).toBe('full');
  });

  it('accepts and forgets what lies below its position', () => {
    const inbox = opened(5);
    expect(inbox.offer(batch(2, 5))).toBe('taken');
    expect(inbox.take()).toBeNull();
  });

  it('keeps a batch that begins below its position and ends above it', () => {
    const inbox = opened(5);
    expect(inbox.offer(batch(2, 7))).toBe('taken');
    expect(inbox.take()).toEqual([batch(2, 7)]);
  });

  it('says once that records are missing before a batch, and takes no more until the position is known again', () => {
    const inbox = opened(5);
    expect(inbox.offer(batch(6, 8))).toBe('gap');
    expect(inbox.offer(batch(5, 6))).toBe('full');
    expect(() => inbox.take()).toThrow(expect.objectContaining({ code: 'POSITION_LOST' }) as Error);
    inbox.rewind({ orders: 6, contracts: 0 });
    expect(inbox.offer(batch(6, 8))).toBe('taken');
    expect(inbox.take()).toEqual([batch(6, 8)]);
  });

  it('works again on what was not committed', () => {
    const inbox = opened();
    inbox.offer(batch(0, 2));
    inbox.take();
    inbox.offer(batch(2, 4));
    inbox.rewind({ orders: 0, contracts: 0 });
    expect(inbox.take()).toEqual([batch(0, 2)]);
    expect(inbox.take()).toEqual([batch(2, 4)]);
  });

  it('drops what turns out to be committed, and what the committed offsets leave a gap before', () => {
    const inbox = opened();
    inbox.offer(batch(0, 2));
    inbox.take();
    inbox.offer(batch(2, 4));
    inbox.rewind({ orders: 2, contracts: 0 });
    expect(inbox.take()).toEqual([batch(2, 4)]);
    inbox.committed();
    inbox.offer(batch(4, 6));
    inbox.rewind({ orders: 3, contracts: 0 });
    expect(inbox.take()).toBeNull();
    expect(inbox.offer(batch(3, 6))).toBe('taken');
  });

  it('wakes whoever waits, when something is taken, rewound or closed', async () => {
    const inbox = opened();
    for (const change of [
      () => inbox.offer(batch(0, 1)),
      () => inbox.take(),
      () => inbox.rewind({ orders: 0, contracts: 0 }),
      () => inbox.wake(),
    ]) {
      const changed = inbox.changed();
      change();
      await changed;
    }
  });
});
