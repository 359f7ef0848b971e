import { connect, createServer, type Socket } from 'node:net';

/** What befalls the server when it is asked for the given time: it is gone, or says nothing any more. */
export type Fault = 'cut' | 'hang';

/** A way to a Bolt server that counts what it is asked. */
export interface BoltProxy {
  readonly uri: string;
  /** How many queries went through so far, the one that met the fault among them. */
  queries(): number;
  close(): Promise<void>;
}

/** The start of a RUN message of Bolt: a structure of three fields. */
const runMessage = Buffer.from([0xb3, 0x10]);

/** Opens a way to `port` of loopback on which the `faultAt`th query, counted from 1, meets the fault; null for none. */
export async function openProxy(port: number, fault: Fault, faultAt: number | null): Promise<BoltProxy> {
  const sockets = new Set<Socket>();
  let queries = 0;
  let isOver = false;
  const proxy = createServer((client) => {
    const server = connect(port, '127.0.0.1');
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    if (isOver) {
      if (fault === 'cut') client.destroy();
      return;
    }
    client.on('data', (chunk: Buffer) => {
      for (let at = chunk.indexOf(runMessage); at !== -1; at = chunk.indexOf(runMessage, at + 1)) {
        queries += 1;
        if (queries === faultAt) isOver = true;
      }
      if (!isOver) server.write(chunk);
      else if (fault === 'cut') for (const socket of sockets) socket.destroy();
    });
    server.on('data', (chunk: Buffer) => {
      if (!isOver) client.write(chunk);
    });
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
  });
  const own = await new Promise<number>((resolve) => {
    proxy.listen(0, '127.0.0.1', () => {
      const address = proxy.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  return {
    uri: `bolt://127.0.0.1:${own}`,
    queries: () => queries,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => proxy.close(() => resolve()));
    },
  };
}
