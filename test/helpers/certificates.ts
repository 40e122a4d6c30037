/** A certificate authority of a test, and what it has signed; by openssl. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Paths of PEM files. */
export interface Certified {
  readonly cert: string;
  /** PKCS #8. */
  readonly key: string;
  /** Both in one file, as mongod and brokers take them. */
  readonly both: string;
}

export interface Authority {
  /** Its own certificate. */
  readonly ca: string;
  /** `subject`: as openssl takes it; `hosts`: of a server. */
  sign(name: string, subject: string, hosts?: readonly string[]): Certified;
}

const openssl = (...args: readonly string[]): void =>
  void execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });

export const createAuthority = (directory: string, name = 'ca'): Authority => {
  const path = (file: string): string => join(directory, file);
  const newKey = (file: string): string[] => ['-newkey', 'rsa:2048', '-nodes', '-keyout', path(file)];
  const [ca, caKey] = [path(`${name}.pem`), path(`${name}.key`)];
  openssl('req', '-x509', ...newKey(`${name}.key`), '-out', ca, '-days', '2', '-subj', `/CN=${name}`);
  return {
    ca,
    sign: (of, subject, hosts = []) => {
      const [cert, key, request, extensions] = ['pem', 'key', 'csr', 'ext'].map((kind) => path(`${of}.${kind}`)) as [
        string,
        string,
        string,
        string,
      ];
      const names = hosts.map((host) => (/^[\d.]+$/.test(host) ? `IP:${host}` : `DNS:${host}`));
      const usage = `extendedKeyUsage=serverAuth,clientAuth\n${names.length > 0 ? `subjectAltName=${names.join()}\n` : ''}`;
      writeFileSync(extensions, usage);
      openssl('req', ...newKey(`${of}.key`), '-out', request, '-subj', subject);
      const by = ['-CA', ca, '-CAkey', caKey, '-CAcreateserial', '-extfile', extensions];
      openssl('x509', '-req', '-in', request, '-out', cert, '-days', '2', ...by);
      const both = path(`${of}-both.pem`);
      writeFileSync(both, readFileSync(key, 'utf8') + readFileSync(cert, 'utf8'));
      return { cert, key, both };
    },
  };
};
