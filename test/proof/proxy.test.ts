/** The fault proxy before servers of our own: what it promises of each fault, and that it counts whom a fault hits. */
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { createFramer } from '../../proof/network/framing.ts';
import {
  httpRequest,
  KAFKA_API,
  kafkaRequest,
  mongodbCommand,
  mongodbWrite,
  PROTOCOLS,
  type ProtocolName,
} from '../../proof/network/protocols.ts';
import { type FaultProxy, startProxy } from '../../proof/network/proxy.ts';

/** A request of Kafka, or its reply, which has no api key. */
const kafkaFrame = (correlationId: number, body: string | Buffer, apiKey?: number): Buffer => {
  const header = Buffer.alloc(apiKey === undefined ? 8 : 12);
  header.writeInt32BE(header.length - 4 + body.length, 0);
  if (apiKey !== undefined) header.writeInt16BE(apiKey, 4);
  header.writeInt32BE(correlationId, header.length - 4);
  return Buffer.concat([header, Buffer.from(body)]);
};

/** An OP_MSG whose first section is `{ <command>: 'profiles' }`. */
const mongodbFrame = (command: string): Buffer => {
  const document = Buffer.concat([
    Buffer.from([0, 0, 0, 0, 2]),
    Buffer.from(`${command}\0`),
    Buffer.from([9, 0, 0, 0]),
    Buffer.from('profiles\0\0'),
  ]);
  document.writeInt32LE(document.length, 0);
  const header = Buffer.alloc(21);
  header.writeInt32LE(21 + document.length, 0);
  header.writeInt32LE(7, 4);
  header.writeInt32LE(2013, 12);
  return Buffer.concat([header, document]);
};

interface Client {
  readonly socket: Socket;
  readonly received: () => Buffer;
  readonly receives: (bytes: number) => Promise<void>;
  /** The code of the error that ends the connection. */
  readonly broken: Promise<string>;
}

const clients: Client[] = [];
const servers: Server[] = [];
const proxies: FaultProxy[] = [];

afterEach(async () => {
  for (const { socket } of clients.splice(0)) socket.destroy();
  await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
  for (const server of servers.splice(0)) server.close();
});

const serve = async (onSocket: (socket: Socket) => void, allowHalfOpen = false): Promise<string> => {
  const server = createServer({ allowHalfOpen }, (socket) => {
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const proxyTo = async (target: string, protocol: ProtocolName = 'kafka'): Promise<FaultProxy> => {
  const proxy = await startProxy({ target, protocol, random: () => 0.5 });
  proxies.push(proxy);
  return proxy;
};

/** Before a server that sends everything back. */
const echoing = async (): Promise<FaultProxy> => proxyTo(await serve((socket) => socket.pipe(socket)));

const dial = (port: number): Client => {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  let count = 0;
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    count += chunk.length;
  });
  const client: Client = {
    socket,
    received: () => Buffer.concat(chunks),
    receives: async (bytes) => {
      while (count < bytes) await once(socket, 'data', { signal: AbortSignal.timeout(4_000) });
    },
    broken: new Promise((resolve) => socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''))),
  };
  clients.push(client);
  return client;
};

/** A client whose connection has carried something. */
const atWork = async (proxy: FaultProxy): Promise<Client> => {
  const client = dial(proxy.port);
  client.socket.write('work');
  await client.receives(4);
  return client;
};

const until = async (condition: () => boolean): Promise<void> => {
  const deadline = performance.now() + 4_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('this never came true');
    await pause(5);
  }
};

describe('without faults', () => {
  it('passes megabytes unchanged and counts them', async () => {
    const proxy = await echoing();
    const client = dial(proxy.port);
    const sent = Buffer.alloc(5_000_000, Buffer.from('0123456789ab'));
    client.socket.write(sent);
    await client.receives(sent.length);
    expect(client.received().equals(sent)).toBe(true);
    expect(proxy.stats).toEqual({ accepted: 1, bytesToServer: sent.length, bytesToClient: sent.length });
    expect(proxy.connections).toBe(1);
  });

  it('passes the end of one direction on, and the rest of the other', async () => {
    const target = await serve((socket) => {
      socket.on('end', () => socket.end('after the end'));
      socket.resume();
    }, true);
    const proxy = await proxyTo(target);
    const client = dial(proxy.port);
    client.socket.end('question');
    await once(client.socket, 'close');
    expect(client.received().toString()).toBe('after the end');
    await until(() => proxy.connections === 0);
  });

  it('makes a client wait whose server does not read, until it does', async () => {
    let server: Socket | undefined;
    const proxy = await proxyTo(await serve((socket) => void (server = socket.pause())));
    const { socket } = dial(proxy.port);
    const chunk = Buffer.alloc(1_000_000);
    const drained = async (): Promise<boolean> =>
      socket.write(chunk) || Promise.race([once(socket, 'drain').then(() => true), pause(500, false)]);
    let written = 1;
    while (written < 100 && (await drained())) written += 1;
    // As much as the buffers on the way hold, and no more.
    expect(written).toBeLessThan(50);
    expect(proxy.stats.bytesToServer).toBeLessThan(written * chunk.length);

    server?.resume();
    await until(() => server?.bytesRead === written * chunk.length);
  });

  it('resets a client whose server is not there', async () => {
    const proxy = await proxyTo('127.0.0.1:1');
    expect(await dial(proxy.port).broken).toBe('ECONNRESET');
  });
});

describe('latency', () => {
  it('makes each direction late, and keeps the order', async () => {
    const proxy = await echoing();
    const client = await atWork(proxy);
    const fault = proxy.latency(60, 20);
    const began = performance.now();
    for (const part of ['first ', 'second ', 'third']) {
      client.socket.write(part);
      await pause(10);
    }
    await client.receives('workfirst second third'.length);
    expect(performance.now() - began).toBeGreaterThan(130);
    expect(client.received().toString()).toBe('workfirst second third');
    expect(fault).toMatchObject({ kind: 'latency', landed: 1 });
  });

  it('does not slow the flow down: what is sent at once arrives at once', async () => {
    const proxy = await echoing();
    const client = await atWork(proxy);
    proxy.latency(100);
    const began = performance.now();
    for (let part = 0; part < 20; part += 1) {
      client.socket.write('part');
      await pause(2);
    }
    await client.receives(84);
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  it('hits nobody while nobody sends, and is over once healed', async () => {
    const proxy = await echoing();
    const client = await atWork(proxy);
    const fault = proxy.latency(60_000);
    await pause(20);
    expect(fault.landed).toBe(0);
    client.socket.write('late');
    await until(() => fault.landed === 1);
    proxy.heal();
    await client.receives(8);
  });
});

describe('a black hole', () => {
  it('neither delivers nor closes, accepts new connections, and lets everything through once healed', async () => {
    const arrived: Buffer[] = [];
    const proxy = await proxyTo(
      await serve((socket) => {
        socket.on('data', (chunk: Buffer) => arrived.push(chunk));
        socket.pipe(socket);
      }),
    );
    const client = await atWork(proxy);
    const fault = proxy.blackHole();
    expect(fault.landed).toBe(0);
    const late = dial(proxy.port);
    await once(late.socket, 'connect');
    client.socket.write('held');
    late.socket.write('held too');
    let ended = false;
    void Promise.race([client.broken, late.broken, once(client.socket, 'close')]).then(() => (ended = true));
    await pause(200);
    expect(ended).toBe(false);
    expect(Buffer.concat(arrived).toString()).toBe('work');
    expect(client.received().toString()).toBe('work');
    expect(fault.landed).toBe(2);

    proxy.heal();
    await Promise.all([client.receives(8), late.receives(8)]);
    expect(client.received().toString()).toBe('workheld');
    expect(fault.landed).toBe(2);
  });

  it('holds what the server sends, and its end', async () => {
    let server: Socket | undefined;
    const proxy = await proxyTo(
      await serve((socket) => {
        server = socket;
        socket.pipe(socket);
      }),
    );
    const client = await atWork(proxy);
    const fault = proxy.blackHole();
    server?.end('last words');
    let ended = false;
    client.socket.on('end', () => (ended = true));
    await pause(100);
    expect([ended, client.received().toString(), fault.landed]).toEqual([false, 'work', 1]);
    proxy.heal();
    await until(() => ended);
    expect(client.received().toString()).toBe('worklast words');
  });

  it('delivers late what a client sent that has given up meanwhile', async () => {
    const arrived: Buffer[] = [];
    const proxy = await proxyTo(await serve((socket) => socket.on('data', (chunk: Buffer) => arrived.push(chunk))));
    const client = dial(proxy.port);
    await once(client.socket, 'connect');
    const fault = proxy.blackHole();
    client.socket.write('a late save');
    await until(() => fault.landed === 1);
    client.socket.destroy();
    await pause(50);
    expect(arrived).toEqual([]);
    proxy.heal();
    await until(() => arrived.length > 0);
    expect(Buffer.concat(arrived).toString()).toBe('a late save');
    await until(() => proxy.connections === 0);
  });
});

describe('a reset', () => {
  it('ends every connection with ECONNRESET, and counts those at work', async () => {
    const proxy = await echoing();
    const working = await atWork(proxy);
    const idle = dial(proxy.port);
    await once(idle.socket, 'connect');
    await until(() => proxy.connections === 2);
    const fault = proxy.reset();
    expect(await Promise.all([working.broken, idle.broken])).toEqual(['ECONNRESET', 'ECONNRESET']);
    expect(fault.landed).toBe(1);
    await until(() => proxy.connections === 0);
    await atWork(proxy);
  });

  it('reaches the server too', async () => {
    let broken: Promise<unknown> | undefined;
    const proxy = await proxyTo(
      await serve((socket) => {
        broken = new Promise((resolve) => socket.once('error', resolve));
        socket.pipe(socket);
      }),
    );
    await atWork(proxy);
    proxy.reset();
    expect(await broken).toMatchObject({ code: 'ECONNRESET' });
  });
});

it('refusal resets each new connection, leaves open ones alone, and is over once healed', async () => {
  const proxy = await echoing();
  const open = await atWork(proxy);
  const fault = proxy.refuse();
  expect(fault.landed).toBe(0);
  expect(await dial(proxy.port).broken).toBe('ECONNRESET');
  expect(await dial(proxy.port).broken).toBe('ECONNRESET');
  expect(fault).toMatchObject({ kind: 'refusal', landed: 2 });
  open.socket.write('still here');
  await open.receives(14);
  proxy.heal();
  await atWork(proxy);
  expect(proxy.stats.accepted).toBe(2);
});

describe('the lost reply', () => {
  const isEndTxn = kafkaRequest(KAFKA_API.endTxn);

  /** Answers each request of Kafka with its correlation id, EndTxn after `delayMs`, and remembers what it has served. */
  const kafkaLike = async (served: string[], delayMs = 0): Promise<FaultProxy> =>
    proxyTo(
      await serve((socket) => {
        const frames = createFramer(PROTOCOLS.kafka.requests);
        socket.on('data', (chunk: Buffer) => {
          for (const head of frames(chunk)) {
            void pause(isEndTxn(head) ? delayMs : 0).then(() => {
              served.push(`${head.readInt16BE(4)}:${head.readInt32BE(8)}`);
              socket.write(kafkaFrame(head.readInt32BE(8), 'reply'));
            });
          }
        });
      }),
    );
  it('is that of the next matching request, which the server has served; replies before it arrive', async () => {
    const served: string[] = [];
    const proxy = await kafkaLike(served);
    const fault = proxy.resetAfter(isEndTxn);
    const client = dial(proxy.port);
    client.socket.write(kafkaFrame(1, 'x'.repeat(100_000), KAFKA_API.produce));
    await client.receives(13);
    expect(fault.landed).toBe(0);
    // In pieces, as TCP may deliver it.
    const request = kafkaFrame(2, 'commit', KAFKA_API.endTxn);
    client.socket.write(request.subarray(0, 3));
    await pause(20);
    client.socket.write(request.subarray(3, 14));
    await pause(20);
    expect(served).toEqual(['0:1']);
    client.socket.write(request.subarray(14));
    expect(await client.broken).toBe('ECONNRESET');
    expect(served).toEqual(['0:1', '26:2']);
    expect(client.received()).toEqual(kafkaFrame(1, 'reply'));
    expect(fault).toMatchObject({ kind: 'lost reply', landed: 1 });
  });

  it('is lost once only', async () => {
    const served: string[] = [];
    const proxy = await kafkaLike(served);
    proxy.resetAfter(isEndTxn);
    const first = dial(proxy.port);
    first.socket.write(kafkaFrame(1, '', KAFKA_API.endTxn));
    await first.broken;
    const second = dial(proxy.port);
    second.socket.write(kafkaFrame(2, '', KAFKA_API.endTxn));
    await second.receives(13);
    expect(served).toEqual(['26:1', '26:2']);
  });

  it('is found among requests that are sent together, whose other replies arrive', async () => {
    const served: string[] = [];
    const proxy = await kafkaLike(served, 50);
    proxy.resetAfter(isEndTxn);
    const client = dial(proxy.port);
    client.socket.write(Buffer.concat([kafkaFrame(7, '', KAFKA_API.produce), kafkaFrame(8, '', KAFKA_API.endTxn)]));
    expect(await client.broken).toBe('ECONNRESET');
    expect(served).toEqual(['0:7', '26:8']);
    expect(client.received()).toEqual(kafkaFrame(7, 'reply'));
  });

  it('is not waited for when the client is cut off at sending: the server serves it meanwhile', async () => {
    const served: string[] = [];
    const proxy = await kafkaLike(served, 150);
    const fault = proxy.resetAfter(isEndTxn, 'sent');
    const client = dial(proxy.port);
    client.socket.write(kafkaFrame(1, 'commit', KAFKA_API.endTxn));
    expect(await client.broken).toBe('ECONNRESET');
    expect(served).toEqual([]);
    expect(fault.landed).toBe(1);
    await until(() => served.length === 1);
    await until(() => proxy.connections === 0);
  });

  it('is not lost after healing', async () => {
    const served: string[] = [];
    const proxy = await kafkaLike(served);
    const fault = proxy.resetAfter(isEndTxn);
    proxy.heal();
    const client = dial(proxy.port);
    client.socket.write(kafkaFrame(1, '', KAFKA_API.endTxn));
    await client.receives(13);
    expect(fault.landed).toBe(0);
  });

  it('may be that of a write of MongoDB, and of no other command', async () => {
    let served = 0;
    const target = await serve((socket) =>
      socket.on('data', (request: Buffer) => {
        served += 1;
        const reply = Buffer.from(request);
        reply.writeInt32LE(99, 4);
        reply.writeInt32LE(request.readInt32LE(4), 8);
        socket.write(reply);
      }),
    );
    const proxy = await proxyTo(target, 'mongodb');
    const fault = proxy.resetAfter(mongodbWrite);
    const client = dial(proxy.port);
    const find = mongodbFrame('find');
    client.socket.write(find);
    await client.receives(find.length);
    expect(fault.landed).toBe(0);
    client.socket.write(mongodbFrame('update'));
    expect(await client.broken).toBe('ECONNRESET');
    expect([served, fault.landed]).toEqual([2, 1]);
    expect(client.received()).toHaveLength(find.length);
  });

  it('may be that of an HTTP request by its method', async () => {
    const served: string[] = [];
    const http = createHttpServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        served.push(`${request.method} ${body}`);
        response.end('{}');
      });
    });
    servers.push(http);
    await once(http.listen(0, '127.0.0.1'), 'listening');
    const proxy = await proxyTo(`127.0.0.1:${(http.address() as AddressInfo).port}`, 'http');
    const fault = proxy.resetAfter(httpRequest('POST'));
    const url = `http://${proxy.address}/subjects`;
    expect(await (await fetch(url)).text()).toBe('{}');
    const failure = await fetch(url, { method: 'POST', body: 'schema' }).catch((error: unknown) => error);
    expect((failure as Error).cause).toMatchObject({ code: 'ECONNRESET' });
    expect(served).toEqual(['GET ', 'POST schema']);
    expect(fault.landed).toBe(1);
    await (await fetch(url, { method: 'POST', body: 'again' })).text();
  });
});

describe('the cut into messages', () => {
  const messages = [kafkaFrame(1, '', 0), kafkaFrame(2, 'x'.repeat(500), 0), kafkaFrame(3, 'y', 0)];
  const stream = Buffer.concat(messages);

  it.each([1, 3, 5, 64, 511, stream.length])('is the same in pieces of %d bytes', (size) => {
    const framer = createFramer(PROTOCOLS.kafka.requests);
    const heads: Buffer[] = [];
    for (let at = 0; at < stream.length; at += size) heads.push(...framer(stream.subarray(at, at + size)));
    expect(heads).toEqual(messages.map((message) => message.subarray(0, 64)));
  });

  it('knows where a request of HTTP with a body ends', () => {
    const framer = createFramer(PROTOCOLS.http.requests);
    const requests = ['POST /a HTTP/1.1\r\nContent-Length: 4\r\n\r\n{}{}', 'GET /b HTTP/1.1\r\nhost: x\r\n\r\n'];
    expect(framer(Buffer.from(requests.join(''))).map(String)).toEqual(requests);
  });

  it.each(['kafka', 'mongodb', 'http'] as const)('passes over what is not %s', (protocol) => {
    const framer = createFramer(PROTOCOLS[protocol].requests);
    expect(framer(Buffer.alloc(20_000, 0xff))).toEqual([]);
    expect(framer(Buffer.alloc(20_000, 0x00))).toEqual([]);
  });

  it('tells commands of MongoDB apart by their whole name, and wants an OP_MSG', () => {
    const compressed = mongodbFrame('update');
    compressed.writeInt32LE(2012, 12);
    expect(mongodbWrite(mongodbFrame('update'))).toBe(true);
    expect(mongodbWrite(mongodbFrame('findAndModify'))).toBe(true);
    expect(mongodbWrite(mongodbFrame('updateUser'))).toBe(false);
    expect(mongodbWrite(mongodbFrame('find'))).toBe(false);
    expect(mongodbWrite(compressed)).toBe(false);
    expect(mongodbCommand('hello')(mongodbFrame('hello'))).toBe(true);
  });
});
