import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type pg from 'pg';

/** What PostgreSQL's processes have used, as Linux counts it; elsewhere there is nothing to read. */
export class ServerLoad {
  readonly #postmaster: number;

  private constructor(postmaster: number) {
    this.#postmaster = postmaster;
  }

  /** The server at the other end of a connection on this machine, or null where /proc does not tell. */
  static async of(client: pg.ClientBase): Promise<ServerLoad | null> {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    const pid = rows[0]?.pid ?? 0;
    return existsSync(`/proc/${pid}/stat`) ? new ServerLoad(statOf(pid).parent) : null;
  }

  /** Seconds of CPU so far, of the server with all its processes, ended ones included. */
  cpuSeconds(): number {
    const own = statOf(this.#postmaster);
    return this.#children().reduce((sum, { ticks }) => sum + ticks, own.ticks + own.endedTicks) / TICKS_PER_SECOND;
  }

  /** Memory of all processes in MB; what they share counts once. */
  memoryMb(): number {
    const pids = [this.#postmaster, ...this.#children().map(({ pid }) => pid)];
    return pids.reduce((sum, pid) => sum + proportionalKb(pid), 0) / 1_024;
  }

  #children(): (Stat & { pid: number })[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        const pid = Number(name);
        const stat = readIfThere(`/proc/${pid}/stat`);
        return stat === null ? [] : [{ pid, ...parseStat(stat) }];
      })
      .filter(({ parent }) => parent === this.#postmaster);
  }
}

/** The unit of the times in /proc/…/stat, the same on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

interface Stat {
  parent: number;
  ticks: number;
  /** Of children that have ended. */
  endedTicks: number;
}

const statOf = (pid: number): Stat => parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html; the name in parentheses may hold blanks. */
function parseStat(text: string): Stat {
  const [, parent, ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ').map(Number);
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = rest.slice(9);
  return { parent: parent ?? 0, ticks: user + system, endedTicks: endedUser + endedSystem };
}

const proportionalKb = (pid: number): number => Number(/^Pss:\s+(\d+)/m.exec(readIfThere(`/proc/${pid}/smaps_rollup`) ?? '')?.[1] ?? 0);

/** A process may end between two looks. */
function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}
