import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { createRegistryClient, type RegistryClient } from '../../src/adapters/registry/client.ts';
import { createDecoder } from '../../src/adapters/registry/decoder.ts';
import { createEncoder } from '../../src/adapters/registry/encoder.ts';
import {
  checkSchemas,
  recordType,
  registerSchema,
  registerSchemas,
  schemaId,
} from '../../src/adapters/registry/schemas.ts';
import { frame } from '../../src/adapters/registry/wire.ts';
import { contractOf, contracts } from '../../src/domain/contracts.ts';
import { createCustomerUpdatedDecoder, versionOf } from '../../src/decoders.ts';
import type { CustomerUpdated } from '../../src/domain/generated/CustomerUpdated.ts';
import type { OrderFinalized } from '../../src/domain/generated/OrderFinalized.ts';
import { listen } from '../helpers/loopback.ts';
import { testServices, uniqueName } from '../helpers/services.ts';

const { schemaRegistryUrl } = testServices();
const client = createRegistryClient({ url: schemaRegistryUrl });

const order = { eventId: 'e', occurredAt: 1, sourceSystem: 's', customerId: 'c', orderId: 'o', orderVersion: 1 };

const profile = {
  orderSummary: { totalCount: 0, countsByState: {} },
  preferences: {},
};
const updated = {
  eventId: 'c:1',
  customerId: 'c',
  version: 1,
  previousVersion: 0,
  changeType: 'created',
  occurredAt: 1,
  profile,
} as unknown as CustomerUpdated;

/** Registers a change of our schema under the subject, as another version of another team's software would. */
const registerChanged = async (
  subject: string,
  record: 'OrderFinalized',
  change: (schema: { fields: object[] }) => void,
) => {
  const schema = JSON.parse(JSON.stringify(recordType(record).schema({ exportAttrs: true }))) as { fields: object[] };
  change(schema);
  return client.call('POST', `/subjects/${subject}/versions`, { schema: JSON.stringify(schema) });
};

describe('schemas in the registry', () => {
  it('are registrable on a fresh registry, then registered with their compatibility, also by several at once', async () => {
    const declared = contracts(`${uniqueName('fresh')}.`);
    expect((await checkSchemas(client, declared)).map(({ state }) => state)).toEqual(declared.map(() => 'registrable'));

    await Promise.all([1, 2, 3].map(() => registerSchemas(client, declared)));

    const states = await checkSchemas(client, declared);
    expect(states).toEqual(
      declared.map(({ subject, topic, compatibility }) => ({
        subject,
        topic,
        state: 'registered',
        schemaId: expect.any(Number) as number,
        compatibility,
        reason: null,
      })),
    );
    await registerSchemas(client, declared);
    expect(await checkSchemas(client, declared)).toEqual(states);
  });

  it('are protected by their compatibility from the first moment', async () => {
    const declared = contracts(`${uniqueName('guarded')}.`);
    await registerSchemas(client, declared);
    const subject = declared.find(({ record }) => record === 'OrderFinalized')?.subject ?? '';
    const breaking = await registerChanged(subject, 'OrderFinalized', ({ fields }) =>
      fields.push({ name: 'added', type: 'string' }),
    );
    expect(breaking.status).toBe(409);
    const harmless = await registerChanged(subject, 'OrderFinalized', ({ fields }) =>
      fields.push({ name: 'added', type: 'string', default: '' }),
    );
    expect(harmless.status).toBe(200);
  });

  it('that cannot follow what is registered are reported as incompatible, with the reason', async () => {
    const contract = contracts(`${uniqueName('broken')}.`)[0];
    if (!contract) throw new Error('no contract');
    const { subject } = contract;
    await client.call('PUT', `/config/${subject}`, { compatibility: contract.compatibility });
    const older = await registerChanged(subject, 'OrderFinalized', (schema) => {
      schema.fields = schema.fields.slice(1);
    });
    expect(older.status).toBe(200);
    const [state] = await checkSchemas(client, [contract]);
    expect(state).toMatchObject({
      state: 'incompatible',
      schemaId: null,
      reason: expect.stringMatching(/\w/) as string,
    });
    await expect(registerSchema(client, contract)).rejects.toMatchObject({
      code: 'SCHEMA_INCOMPATIBLE',
      retriable: false,
    });
  });
});

describe('events over the registry', () => {
  const prefix = `${uniqueName('events')}.`;
  const declared = contracts(prefix);
  const topic = `${prefix}order-finalized`;
  beforeAll(() => registerSchemas(client, declared));

  it('arrive as they were sent, whether written by our version or a newer one', async () => {
    const decoder = createDecoder(client, declared, { unknownSchemaGraceMs: 30_000 });
    const contract = declared.find((candidate) => candidate.topic === topic);
    if (!contract) throw new Error('no contract');
    const id = (await schemaId(client, contract)) ?? 0;
    const body = recordType('OrderFinalized').toBuffer(order);
    const newer = await registerChanged(contract.subject, 'OrderFinalized', ({ fields }) => {
      const state = fields.find((field) => 'name' in field && field.name === 'state') as {
        type: { symbols: string[] };
      };
      state.type.symbols.push('invented');
      fields.push({ name: 'added', type: 'string', default: '' });
    });
    expect(newer.status).toBe(200);
    const newerId = newer.body['id'] as number;
    const newerType = await client.writerType(newerId);
    if (typeof newerType === 'string') throw new Error('not registered');
    const values = [frame(id, body), frame(newerId, newerType.toBuffer({ ...order, state: 'invented', added: 'x' }))];

    await decoder.prepare(values);
    const [first, second] = values.map((value) => decoder.decode(topic, value)) as unknown as {
      event: OrderFinalized;
    }[];
    expect(first).toMatchObject({ type: 'OrderFinalized', event: order });
    expect(second).toMatchObject({ event: { ...order, state: 'unknown' } });
    expect(second?.event).not.toHaveProperty('added');
  });

  it('come back to a subscriber as they were published', async () => {
    const encoder = await createEncoder(client, contractOf('CustomerUpdated', prefix));
    const decode = createCustomerUpdatedDecoder({ registryUrl: schemaRegistryUrl });
    const event = await decode(encoder.encode(updated));
    expect(event).toMatchObject({ eventId: 'c:1', version: 1, changeType: 'created', changedPaths: [] });
    expect(await decode(null)).toBeNull();
    expect([versionOf(event, {}), versionOf(null, { headers: { ce_id: 'c:2' } })]).toEqual([1, 2]);
    expect(() => versionOf(null, {})).toThrow(expect.objectContaining({ code: 'UNDECODABLE' }) as Error);
    await expect(decode(Buffer.from('hello'))).rejects.toMatchObject({ code: 'UNDECODABLE', retriable: false });
  });

  it('of any size are published whole', async () => {
    const encoder = await createEncoder(client, contractOf('CustomerUpdated', prefix));
    const decode = createCustomerUpdatedDecoder({ registryUrl: schemaRegistryUrl });
    for (const size of [10, 2_000, 65_000, 70_000, 500_000]) {
      const changedPaths = ['x'.repeat(size)];
      expect(await decode(encoder.encode({ ...updated, changedPaths }))).toMatchObject({ version: 1, changedPaths });
    }
  });

  it('that do not fit the schema are not encoded, and the error names the field but no value', async () => {
    const encoder = await createEncoder(client, contractOf('CustomerUpdated', prefix));
    const wrong = { ...updated, customerId: 4711 } as unknown as CustomerUpdated;
    const message = 'CustomerUpdated does not fit its schema: customerId';
    expect(() => encoder.encode(wrong)).toThrow(message);
  });

  it('of an id that the registry does not know are retried, then refused', async () => {
    const decoder = createDecoder(client, declared, { unknownSchemaGraceMs: 1200 });
    const stranger = frame(999_999_999, Buffer.from([1]));
    await expect(decoder.prepare([stranger])).rejects.toMatchObject({ code: 'SCHEMA_UNKNOWN' });
    await new Promise((resolve) => setTimeout(resolve, 1300));
    await decoder.prepare([stranger]);
    expect(decoder.decode(topic, stranger)).toMatchObject({ reason: 'unknown-schema' });
  });
});

describe('a registry that does not answer properly', () => {
  const listening = async (server: Server | ReturnType<typeof createTcpServer>): Promise<string> =>
    `http://${await listen(server)}`;

  const answering = (status: number, body: string) =>
    createServer((_, response) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(body);
    });

  const servers: [string, () => Server | ReturnType<typeof createTcpServer>][] = [
    ['accepts and never answers', () => createTcpServer(() => undefined)],
    ['closes every connection', () => createTcpServer((socket) => void socket.destroy())],
    [
      'drips its answer for ever',
      () =>
        createServer((_, response) => {
          response.writeHead(200, { 'content-length': '100000' });
          const timer = setInterval(() => response.write(' '), 50);
          response.on('close', () => clearInterval(timer));
        }),
    ],
    ['answers 500', () => answering(500, '{"error_code":50001,"message":"storage"}')],
    ['answers 503 in HTML', () => answering(503, '<html>')],
    ['answers 401', () => answering(401, '{"error_code":40101,"message":"who are you"}')],
    ['answers 404 like a proxy, in HTML', () => answering(404, '<html>')],
    ['answers 404 like a proxy, in JSON', () => answering(404, '{"message":"no route matched"}')],
    [
      'answers 404 for the version of a reference',
      () => answering(404, '{"error_code":40402,"message":"Version not found."}'),
    ],
    ['answers 200 like a proxy', () => answering(200, '<html>please log in</html>')],
    ['answers 200 with other JSON', () => answering(200, '{"status":"ok"}')],
  ];

  const value = frame(1, Buffer.from([1]));
  const expectOutage = async (unreachable: RegistryClient): Promise<void> => {
    const decoder = createDecoder(unreachable, contracts(), { unknownSchemaGraceMs: 0 });
    const start = performance.now();
    await expect(decoder.prepare([value])).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE', retriable: true });
    expect(performance.now() - start).toBeLessThan(3000);
    expect(() => decoder.decode('order-finalized', value)).toThrow('has not been learned');
  };

  it.each(servers)('is an outage when it %s', async (_, create) => {
    const server = create();
    const sockets = new Set<{ destroy(): void }>();
    server.on('connection', (socket: { destroy(): void }) => sockets.add(socket));
    const url = await listening(server);
    try {
      await expectOutage(createRegistryClient({ url, timeoutMs: 500 }));
    } finally {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it('is an outage when it refuses connections, for every call', async () => {
    const server = createTcpServer();
    const url = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    const refused = createRegistryClient({ url, timeoutMs: 1000 });
    await expectOutage(refused);
    for (const attempt of [checkSchemas(refused, contracts()), registerSchemas(refused, contracts())]) {
      await expect(attempt).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
    }
  });

  it('is an outage for the check of schemas too, when a proxy answers 404', async () => {
    const server = answering(404, '{"message":"no route matched"}');
    const lost = createRegistryClient({ url: await listening(server), timeoutMs: 1000 });
    try {
      await expect(checkSchemas(lost, contracts())).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
