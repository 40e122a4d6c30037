import { type SettingName, settingEntries } from './settings.ts';

/** Variables that look like a misspelt setting, by the setting that was probably meant. */
export const nearMisses = (env: Readonly<Record<string, string | undefined>>): ReadonlyMap<SettingName, string> => {
  const misses = new Map<SettingName, string>();
  const known = new Set<string>(
    settingEntries.flatMap(([name, { secret }]) => (secret ? [name, `${name}_FILE`] : [name])),
  );
  for (const [variable, text] of Object.entries(env)) {
    if (!text || known.has(variable)) continue;
    const meant = settingEntries.find(([name]) => distance(variable, name) <= 2);
    if (meant) misses.set(meant[0], variable);
  }
  return misses;
};

/** Edit distance. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 0; i < a.length; i += 1) {
    const next = [i + 1];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, swap));
    }
    row = next;
  }
  return row[b.length] ?? 0;
};
