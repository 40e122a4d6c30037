/** A mongod that takes nobody without TLS, and nobody without a certificate or a password. */
import { MongoClient } from 'mongodb';
import type { Context } from '../../src/backing/cache.ts';
import { mongodRecipe } from '../../src/backing/mongodb.ts';
import { freePort } from '../../src/backing/ports.ts';
import { startServer } from '../../src/backing/server.ts';
import { PASSWORD, USER } from './credentials.ts';
import type { Authority, Certified } from './certificates.ts';

export interface SecureMongodb {
  /** By certificate. */
  certified(client: Certified): string;
  /** By password. */
  withPassword(password?: string): string;
  /** As whoever administers users. */
  readonly administrator: string;
}

const ADMINISTRATOR = 'administrator';
const ROLES = [{ role: 'readWriteAnyDatabase', db: 'admin' }];

/** `subject`: of the certificate that is let in, as RFC 2253 has it. */
export const startSecureMongodb = async (
  context: Context,
  authority: Authority,
  subject: string,
): Promise<SecureMongodb> => {
  const port = await freePort();
  const server = authority.sign('mongod', '/CN=mongod', ['127.0.0.1']);
  const client = authority.sign('administrator', '/CN=administrator');
  const address = `127.0.0.1:${port}`;
  const tls = { tls: true, tlsCAFile: authority.ca, tlsCertificateKeyFile: client.both };
  const recipe = await mongodRecipe(context, {
    ...{ name: 'MongoDB', address: `mongodb://${address}` },
    options: {
      ...{ port, wiredTigerCacheSizeGB: 0.25, auth: '', tlsMode: 'requireTLS' },
      ...{ tlsCertificateKeyFile: server.both, tlsCAFile: authority.ca },
    },
    ready: async () => {
      const asking = new MongoClient(`mongodb://${address}/`, { ...tls, serverSelectionTimeoutMS: 1_000 });
      await asking
        .db('admin')
        .command({ ping: 1 })
        .finally(() => asking.close());
    },
  });
  await startServer(context, recipe);
  // Whoever comes first from this machine may make the first user.
  const first = new MongoClient(`mongodb://${address}/`, tls);
  const pwd = PASSWORD;
  await first.db('admin').command({ createUser: ADMINISTRATOR, pwd, roles: ['root'] });
  await first.close();
  const common = `tls=true&tlsCAFile=${encodeURIComponent(authority.ca)}`;
  const by = ({ both }: Certified): string => `${common}&tlsCertificateKeyFile=${encodeURIComponent(both)}`;
  const uri = `mongodb://${ADMINISTRATOR}:${pwd}@${address}/?${by(client)}`;
  const administrator = new MongoClient(uri);
  await administrator.db('$external').command({ createUser: subject, roles: ROLES });
  await administrator.db('admin').command({ createUser: USER, pwd, roles: ROLES });
  await administrator.close();

  return {
    administrator: uri,
    certified: (certificate) =>
      `mongodb://${address}/?${by(certificate)}&authMechanism=MONGODB-X509&authSource=${encodeURIComponent('$external')}`,
    withPassword: (password = PASSWORD) => `mongodb://${USER}:${password}@${address}/?${by(client)}`,
  };
};
