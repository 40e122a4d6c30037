import { createLinkHash, partitionOfLink } from '../../../../src/pipeline/links/hash.ts';

const KEY = 'a key of sixteen characters';
const phone = { kind: 'phone', value: 'phone:+41791234567' } as const;

it('tells kind and keyed hash, and nothing of the value', () => {
  const [link = ''] = createLinkHash([KEY])([phone]);
  // printf 'phone:phone:+41791234567' | openssl dgst -sha256 -hmac 'a key of sixteen characters' -binary | base64
  expect(link).toBe('phone:W_wjrFo9MfUgiqWSrJR4mT');
});

it('gives the same value under another key another link', () => {
  expect(createLinkHash([KEY])([phone])).not.toEqual(createLinkHash([`${KEY}!`])([phone]));
});

it('keeps kinds apart, whatever their values', () => {
  const links = createLinkHash([KEY])([
    { kind: 'device', value: 'f-1' },
    { kind: 'paymentInstrument', value: 'f-1' },
  ]);
  expect(new Set(links.map((link) => link.split(':')[1])).size).toBe(2);
});

it('compares under both keys while one is being exchanged', () => {
  const [present, before] = [`${KEY}!`, KEY];
  const both = createLinkHash([present, before])([phone]);
  expect(both).toEqual([...createLinkHash([present])([phone]), ...createLinkHash([before])([phone])].sort());
});

it('names each link once and in one order', () => {
  const values = [phone, { kind: 'email', value: 'email:a@b.ch' } as const];
  const hash = createLinkHash([KEY]);
  expect(hash([...values, phone])).toEqual(hash(values.toReversed()));
});

it('spreads links over all partitions', () => {
  const links = createLinkHash([KEY])(
    Array.from({ length: 600 }, (_, i) => ({ kind: 'device', value: `d-${i}` }) as const),
  );
  const counts = Map.groupBy(links, (link) => partitionOfLink(link, 6));
  expect([...counts.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  for (const there of counts.values()) expect(there.length).toBeGreaterThan(50);
});
