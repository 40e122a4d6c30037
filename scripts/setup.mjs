/**
 * Makes a fresh checkout usable: installs what package-lock.json names, unless it is installed already. It runs before
 * everything else, on whatever Node.js the host has (18 or newer), and so uses nothing but that.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const lock = join(tmpdir(), `customer-profile-setup-${createHash('sha256').update(root).digest('hex').slice(0, 16)}`);

const packagesIn = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;

/** Compares contents, not times: a checkout sets times as it likes. Packages for other platforms may be absent. */
const installed = () => {
  if (!existsSync(join(modules, '.package-lock.json')) || !existsSync(join(modules, '.bin', 'node'))) return false;
  const present = packagesIn(join(modules, '.package-lock.json'));
  return Object.entries(packagesIn(join(root, 'package-lock.json'))).every(([path, wanted]) => {
    if (path === '') return true;
    const found = present[path];
    return found ? found.version === wanted.version : Boolean(wanted.optional || wanted.devOptional || wanted.peer);
  });
};

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

const holder = () => {
  try {
    return Number(readFileSync(join(lock, 'pid'), 'utf8')) || null;
  } catch {
    return null;
  }
};

/** Two runs at once must not install into each other; a holder that died without a word is passed over. */
const locked = async (work) => {
  for (let unnamed = 0; ;) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const pid = holder();
    unnamed = pid === null ? unnamed + 1 : 0;
    if (pid === null ? unnamed > 20 : !isAlive(pid)) rmSync(lock, { recursive: true, force: true });
    else await sleep(250);
  }
  try {
    writeFileSync(join(lock, 'pid'), String(process.pid));
    return work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
};

/** With the npm that runs us, where one does; development packages also where the environment says production. */
const install = () => {
  if (installed()) return 0;
  console.error('Installing packages (once)…');
  const cli = process.env.npm_execpath ?? '';
  const [command, ...before] = basename(cli) === 'npm-cli.js' ? [process.execPath, cli] : ['npm'];
  const args = [...before, 'ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status === 0 && installed()) return 0;
  console.error(error ? `npm cannot be started: ${error.message}` : 'npm ci did not install everything; see above.');
  return status || 1;
};

process.exitCode = installed() ? 0 : await locked(install);
