import { textPattern } from '../../../../src/domain/rules/text-pattern.ts';

it.each([
  ['^10', '10115', '01011'],
  ['@example\\.com$', 'ada@example.com', 'ada@example.com.org'],
  ['^mobile$|^tv', 'tv-basic', 'a mobile'],
  ['[0-9][0-9] MBit', '25 MBit', 'x5 MBit'],
  ['^[^a-c]', 'd', 'a'],
  ['\\d.x', '7😀x', '7x'],
  ['a\\|b', 'a|b', 'a'],
])('the pattern %s is looked for anywhere in a text', (source, found, other) => {
  const pattern = textPattern(source, '');
  if (typeof pattern === 'string') throw new Error(pattern);
  expect(pattern.test(found)).toBe(true);
  expect(pattern.test(other)).toBe(false);
});

it.each([
  ['', 'nothing'],
  ['a|', 'an empty part'],
  ['a*', 'repetition'],
  ['a+b', 'repetition'],
  ['a?', 'repetition'],
  ['a{2}', 'repetition'],
  ['(a)', 'a group'],
  ['(?=a)', 'a look ahead'],
  ['\\1', 'a back reference'],
  ['\\w', 'what engines understand differently'],
  ['a\nb', 'a control character'],
  ['[]', 'an empty class'],
  ['[z-a]', 'a class the wrong way round'],
  ['a^b', 'a beginning in the middle'],
  ['a'.repeat(101), 'too much'],
])('%j is no pattern: %s', (source) => {
  expect(typeof textPattern(source, '')).toBe('string');
});

it('whatever the text is, looking for a pattern takes no longer than reading it some times', () => {
  const pattern = textPattern(`${'[a-z]'.repeat(19)}b$`, 'i');
  if (typeof pattern === 'string') throw new Error(pattern);
  const startedAt = performance.now();
  for (let i = 0; i < 10; i += 1) pattern.test('a'.repeat(4_096));
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});
