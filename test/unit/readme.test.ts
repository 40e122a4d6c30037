import { readFileSync } from 'node:fs';
import { REFUSAL_REASONS } from '../../src/domain/refusal.ts';

const readme = readFileSync('README.md', 'utf8');

it('the README explains every reason for which a message is refused, in the words of the code', () => {
  const table = /<!-- reasons -->\s*([^]*?)\s*<!-- \/reasons -->/.exec(readme)?.[1] ?? '';
  const rows = table
    .split('\n')
    .slice(2)
    .map((row) => row.split('|').map((cell) => cell.trim()));
  const shown = Object.fromEntries(
    rows.map(([, reason = '', words]) => [reason.replaceAll('`', ''), words]),
  ) as unknown;
  expect(shown).toEqual(REFUSAL_REASONS);
});

it('every file that the README links to exists', () => {
  const links = [...readme.matchAll(/\]\((?!http)([^)#]+)\)/g)].map(([, path]) => path ?? '');
  expect(links.length).toBeGreaterThan(3);
  for (const path of links) expect(() => readFileSync(path)).not.toThrow(/ENOENT/);
});
