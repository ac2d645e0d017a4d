import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Certificate } from './certificates.ts';

/** Ends TLS in front of a PostgreSQL that has none, as a centre with this certificate would. */
export class TlsFront {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(certificate: Certificate, target: { host: string; port: number }) {
    this.#server = createServer((client) => {
      this.#keep(client);
      // The first message is the request for TLS; "S" agrees to it, and the handshake follows.
      client.once('data', () => {
        client.write('S');
        const secure = new TLSSocket(client, { isServer: true, cert: certificate.certificate, key: certificate.key });
        const server = this.#keep(connect(target));
        // A client that refuses the certificate ends the handshake: that is what the tests are about.
        secure.on('error', () => server.destroy());
        secure.on('close', () => server.destroy());
        server.on('close', () => secure.destroy());
        secure.pipe(server).pipe(secure);
      });
    });
  }

  static async start(certificate: Certificate, target: { host: string; port: number }): Promise<TlsFront> {
    const front = new TlsFront(certificate, target);
    await new Promise<void>((resolve) => front.#server.listen(0, '127.0.0.1', resolve));
    return front;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
    return socket;
  }
}
