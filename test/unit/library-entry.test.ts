import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const tool = (name: string): string => join(root, 'node_modules', '.bin', name);

const SAMPLE = `// subscriber.ts
import { createCustomerUpdatedDecoder, type CustomerUpdated } from 'customer-profile-stream';

const decode = createCustomerUpdatedDecoder({ registryUrl: 'http://localhost:8081' });
export const handle = async (message: { value: Buffer | null }): Promise<CustomerUpdated | null> =>
  decode(message.value);
`;

/** The block of the README that starts as a file subscriber.ts. */
const readmeSubscriber = (): string => {
  const path = join(root, 'README.md');
  if (!existsSync(path)) return SAMPLE;
  const block = /```ts\n(\/\/ subscriber\.ts\n[^]*?)```/.exec(readFileSync(path, 'utf8'))?.[1];
  if (block === undefined) throw new Error('the README shows no subscriber.ts');
  return block;
};

/** What a run printed; throws an error that shows it when it failed. */
const run = (command: string, ...args: string[]): string => {
  try {
    return execFileSync(command, args, { cwd: root, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(stdout + stderr, { cause: error });
  }
};

/** A project next to which the package lies installed, as it would be published. */
describe('the package', () => {
  let project = '';

  beforeAll(() => {
    // Inside the checkout, so that the dependencies are found.
    project = mkdtempSync(join(root, 'node_modules', '.library-entry-'));
    const installed = join(project, 'node_modules', 'customer-profile-stream');
    mkdirSync(installed, { recursive: true });
    writeFileSync(join(installed, 'package.json'), readFileSync(join(root, 'package.json')));
    for (const folder of ['schemas', 'rules']) symlinkSync(join(root, folder), join(installed, folder));
    const entry = { extends: resolve(root, 'tsconfig.build.json'), files: [join(root, 'src/index.ts')], include: [] };
    const options = { rootDir: join(root, 'src'), outDir: join(installed, 'dist'), noCheck: true, sourceMap: false };
    writeFileSync(join(project, 'tsconfig.build.json'), JSON.stringify({ ...entry, compilerOptions: options }));
    run(tool('tsc'), '-p', join(project, 'tsconfig.build.json'));
    writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
  }, 60_000);

  afterAll(() => rmSync(project, { recursive: true, force: true }));

  /** As a stranger, who knows nothing of the condition under which this checkout finds itself. */
  const compileFiles = (...files: string[]): string => {
    const compilerOptions = { customConditions: [] };
    const options = { extends: join(root, 'tsconfig.json'), compilerOptions, files, include: [] };
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(options));
    return run(tool('tsc'), '-p', join(project, 'tsconfig.json'));
  };

  const compile = (source: string): string => {
    writeFileSync(join(project, 'subscriber.ts'), source);
    return compileFiles('subscriber.ts');
  };

  it('lets a subscriber in TypeScript compile, as the README shows it', () => {
    expect(compile(readmeSubscriber())).toBe('');
  }, 60_000);

  it('lets a subscriber copy the examples', () => {
    const examples = readdirSync(join(root, 'examples')).filter((name) => name.endsWith('.ts'));
    expect(examples.length).toBeGreaterThan(3);
    const copies = join(project, 'copies');
    mkdirSync(copies);
    for (const name of examples) copyFileSync(join(root, 'examples', name), join(copies, name));
    expect(compileFiles(...examples.map((name) => join('copies', name)))).toBe('');
  }, 60_000);

  it('types the event, so that a misspelt field does not compile', () => {
    const misspelt = `${SAMPLE}export const spelt = (event: CustomerUpdated) => event.profile.contactMedia;\n`;
    expect(() => compile(misspelt)).toThrow('contactMediums');
  }, 60_000);

  it('loads, and finds its schemas and rules, from where it is installed', () => {
    const script = `import { createCustomerUpdatedDecoder, derive, emptyFacts, loadRules } from 'customer-profile-stream';
      createCustomerUpdatedDecoder({ registryUrl: 'http://127.0.0.1:1' });
      console.log(derive(emptyFacts, loadRules()).completeness.map(({ path }) => path).join());`;
    writeFileSync(join(project, 'load.js'), script);
    expect(run(process.execPath, join(project, 'load.js'))).toBe('contactMediums,party.familyName\n');
  }, 60_000);
});
