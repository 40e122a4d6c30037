import { globSync, readFileSync } from 'node:fs';
import { createLogger, logObserver } from '../../src/operations/logging.ts';
import { aBatch } from '../helpers/batch-event.ts';

const capture = (level: string) => {
  const lines: Record<string, unknown>[] = [];
  const log = createLogger(level, { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) });
  return { log, lines };
};

describe('log', () => {
  it('drops every field that is not on the list, so that no personal data gets in', () => {
    const { log, lines } = capture('info');
    log.info('saved', { customerId: 'c-1', key: 'c-1', profile: { name: 'Ada' }, err: new Error('Ada'), partition: 3 });
    log.error('failed', new Error('ada@example.org'));
    log.error('failed', { cause: 'CONFLICT', headers: { name: 'Ada' } });
    const time = expect.any(String) as string;
    expect(lines).toEqual([
      { level: 'info', time, partition: 3, msg: 'saved' },
      { level: 'error', time, msg: 'failed' },
      { level: 'error', time, cause: 'CONFLICT', msg: 'failed' },
    ]);
  });

  it('tells where a defect of ours is, and not what it met', () => {
    const { log, lines } = capture('info');
    const error = new Error('cannot read zelda@example.org\n    at the home of Zelda');
    logObserver(log)({ type: 'recovery', partition: 1, cause: 'UNEXPECTED', error });
    expect(lines[1]).toMatchObject({ level: 'error', partition: 1 });
    expect(JSON.stringify(lines[1])).toContain('logging.test.ts');
    expect(JSON.stringify(lines)).not.toMatch(/zelda/i);
  });

  it('writes one line for a change of state, and batches only when debugging', () => {
    const { log, lines } = capture('info');
    const observe = logObserver(log);
    observe({ type: 'task-state', partition: 1, state: 'waiting', reason: 'MONGODB_UNAVAILABLE' });
    observe({ type: 'step', partition: 1, step: 'save' });
    observe({ type: 'rebalancing' });
    observe(aBatch());
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ level: 'warn', partition: 1, state: 'waiting', reason: 'MONGODB_UNAVAILABLE' });

    const debugging = capture('debug');
    logObserver(debugging.log)(aBatch());
    expect(debugging.lines).toHaveLength(1);
  });
});

it('every line that a member writes is in the documentation', () => {
  const sources = globSync('src/{commands/run,commands/compose,operations/*}.ts').map((file) =>
    readFileSync(file, 'utf8'),
  );
  const called = sources.flatMap((text) => [...text.matchAll(/log\.(?:error|warn|info|debug)\('([^']+)'/g)]);
  const told = [
    ...readFileSync('src/operations/logging.ts', 'utf8').matchAll(/\['(?:error|warn|info|debug)', '([^']+)'\]/g),
  ];
  const messages = [...called, ...told].map(([, message]) => String(message));
  expect(messages.length).toBeGreaterThan(12);
  const documented = readFileSync('docs/logs.md', 'utf8');
  for (const message of [...messages, 'task opening', 'task running', 'task closed'])
    expect(documented).toContain(`\`${message}\``);
});
