import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What the network does to connections from now on. */
export interface Faults {
  /** New connections are refused and open ones are cut. */
  down: boolean;
  /** Milliseconds that every chunk is held back, in both directions. */
  delayMs: number;
  /** Bytes are swallowed without an end of the connection, as by a dead router. */
  stalled: boolean;
  /** Cuts a connection after so many more bytes in that direction; null never. */
  cutAfter: { toServer: number | null; toClient: number | null };
  /** The next request that holds this text is carried out, and its answer never arrives; null none. */
  loseAnswerTo: string | null;
}

/** How every answer of a PostgreSQL server outside a transaction ends: ReadyForQuery, idle. */
const END_OF_ANSWER = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

/** A TCP proxy in front of the centre that breaks the way a network does. */
export class FaultyProxy {
  readonly #server: Server;
  readonly #target: { host: string; port: number };
  readonly #pairs = new Set<[Socket, Socket]>();
  /** Both ends of connections that lead nowhere any more. */
  readonly #forgotten = new Set<[Socket, Socket]>();
  #frozen = false;
  /** Connections on which the answer to the request under way is swallowed. */
  readonly #losing = new WeakSet<[Socket, Socket]>();
  readonly faults: Faults = {
    down: false,
    delayMs: 0,
    stalled: false,
    cutAfter: { toServer: null, toClient: null },
    loseAnswerTo: null,
  };
  cuts = 0;
  /** Answers that were given and never arrived. */
  lostAnswers = 0;

  private constructor(target: { host: string; port: number }) {
    this.#target = target;
    this.#server = createServer((client) => this.#accept(client));
  }

  static async start(target: { host: string; port: number }): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Takes the network away, or brings it back. */
  setDown(down: boolean): void {
    this.faults.down = down;
    if (down) this.cutAll();
  }

  cutAll(): void {
    for (const pair of [...this.#pairs]) this.#cut(pair);
  }

  /**
   * Holds everything back in both directions, ends of connections included, until `thaw`: nothing is lost and nobody
   * is told, as while one side sleeps.
   */
  freeze(): void {
    this.#frozen = true;
    for (const socket of [...this.#pairs].flat()) socket.pause();
  }

  thaw(): void {
    this.#frozen = false;
    for (const socket of [...this.#pairs].flat()) socket.resume();
  }

  /** Connections that are open now lead nowhere from now on, as through a router that has forgotten them; new ones work. */
  forgetOpen(): void {
    for (const pair of this.#pairs) {
      for (const socket of pair) socket.pause();
      this.#forgotten.add(pair);
    }
    this.#pairs.clear();
  }

  async stop(): Promise<void> {
    this.cutAll();
    for (const socket of [...this.#forgotten].flat()) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #accept(client: Socket): void {
    if (this.faults.down) {
      client.resetAndDestroy();
      return;
    }
    const server = connect(this.#target);
    const pair: [Socket, Socket] = [client, server];
    this.#pairs.add(pair);
    this.#forward(pair, client, server, 'toServer');
    this.#forward(pair, server, client, 'toClient');
    for (const socket of pair) {
      socket.setNoDelay(true);
      // A reset is what this proxy is for; either end closing closes the other.
      socket.on('error', () => this.#cut(pair));
      socket.on('close', () => this.#cut(pair));
      if (this.#frozen) socket.pause();
    }
  }

  #forward(pair: [Socket, Socket], from: Socket, to: Socket, direction: 'toServer' | 'toClient'): void {
    from.on('data', (chunk) => {
      if (this.faults.stalled || this.#losesAnswer(pair, chunk, direction)) return;
      const left = this.faults.cutAfter[direction];
      const part = left === null ? chunk : chunk.subarray(0, left);
      if (left !== null) this.faults.cutAfter[direction] = left - part.length;
      const send = (): void => {
        if (!to.destroyed) to.write(part);
        if (part.length < chunk.length) {
          this.faults.cutAfter[direction] = null;
          this.cuts += 1;
          this.#cut(pair);
        }
      };
      if (this.faults.delayMs > 0) setTimeout(send, this.faults.delayMs);
      else send();
    });
    from.on('end', () => to.end());
  }

  /** True for a chunk of an answer that is to be lost; with its last byte the server has carried the request out. */
  #losesAnswer(pair: [Socket, Socket], chunk: Buffer, direction: 'toServer' | 'toClient'): boolean {
    if (direction === 'toServer') {
      const wanted = this.faults.loseAnswerTo;
      if (wanted !== null && chunk.includes(wanted)) {
        this.faults.loseAnswerTo = null;
        this.#losing.add(pair);
      }
      return false;
    }
    if (!this.#losing.has(pair)) return false;
    if (chunk.subarray(-END_OF_ANSWER.length).equals(END_OF_ANSWER)) {
      this.lostAnswers += 1;
      this.#cut(pair);
    }
    return true;
  }

  #cut(pair: [Socket, Socket]): void {
    if (!this.#pairs.delete(pair)) return;
    for (const socket of pair) socket.destroy();
  }
}
