import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, redacted } from '../../src/config.ts';
import { derive } from '../../src/domain/derive.ts';
import { loadRules } from '../../src/rules.ts';
import { anItem, anOrder, factsOf } from '../helpers/domain.ts';

describe('files of rules', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'rules-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  const file = (content: string): string => {
    const path = join(folder, 'rules.json');
    writeFileSync(path, content);
    return path;
  };

  const faultsOf = (env: Record<string, string>, ...needs: Parameters<typeof loadConfig>[1][]): string[] => {
    try {
      loadConfig(env, ...needs);
    } catch (error) {
      expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
      return (error as Error).message.split('\n');
    }
    return [];
  };

  it('are at fault along with other settings, each fault on a line of its own', () => {
    const rules = [
      { name: 'Lost', description: 'x', match: { state: 'inactive' } },
      { name: 'won', description: 'x', match: { $where: 'true' } },
    ];
    const faults = faultsOf({ SEGMENTS_FILE: file(JSON.stringify({ version: 1, rules })), HTTP_PORT: 'x' });
    expect(faults.filter((fault) => fault.startsWith('SEGMENTS_FILE: rules['))).toHaveLength(3);
    expect(faults.map((fault) => fault.split(/[: ]/)[0])).toEqual(
      expect.arrayContaining(['HTTP_PORT', 'KAFKA_BROKERS', 'SEGMENTS_FILE']),
    );
  });

  it('are refused when they cannot be read', () => {
    expect(faultsOf({ SEGMENTS_FILE: join(folder, 'none') }, ['rules'])).toEqual([
      'SEGMENTS_FILE: the file cannot be read (ENOENT)',
    ]);
    expect(faultsOf({ SEGMENTS_FILE: folder }, ['rules'])).toEqual(['SEGMENTS_FILE: the file cannot be read (EISDIR)']);
  });

  it('concern only commands that derive profiles', () => {
    expect(faultsOf({ SEGMENTS_FILE: join(folder, 'none'), MONGODB_URI: 'mongodb://db' }, ['mongodb'])).toEqual([]);
  });

  it('are printed by name, version, digest and number of rules', () => {
    const rules = [{ name: 'lost', description: 'x', match: { status: 'inactive' } }];
    const path = file(JSON.stringify({ version: 1, rules }));
    expect(redacted(loadConfig({ SEGMENTS_FILE: path }, ['rules']))).toMatchObject({
      rules: {
        segments: { file: path, version: 1, rules: 1, digest: expect.stringMatching(/^[0-9a-f]{12}$/) as string },
      },
    });
  });

  it('make segments, and without a file there are none', () => {
    const rules = [{ name: 'held', description: 'x', match: { status: 'active' } }];
    const facts = factsOf([anOrder({ items: [anItem()] })]);
    expect(derive(facts, loadRules({ SEGMENTS_FILE: file(JSON.stringify({ version: 1, rules })) })).segments).toEqual([
      'held',
    ]);
    expect(derive(facts, loadRules()).segments).toEqual([]);
  });
});
