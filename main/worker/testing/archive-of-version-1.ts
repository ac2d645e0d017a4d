import { createCipheriv, createHash, createHmac, scryptSync } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';

/* An archive as the first versions wrote it, by the description of the format and by none of the code that writes one today. */

const CHUNK_BYTES = 64 * 1024;
const LOG2_N = 17;

const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');

export const projectsOfVersion1 = 3_000;

const customers = ['1\tCơ khí Bình Minh', '2\tNhựa Đại Đồng'];
const projects = Array.from({ length: projectsOfVersion1 }, (_, row) => `${row}\tKhuôn số ${row} ${sha256(String(row))}\t${1 + (row % 2)}`);

interface Table {
  name: string;
  columns: string[];
  lines: string[];
}

const tables: Table[] = [
  { name: 'contacts', columns: ['id', 'company_name'], lines: customers },
  { name: 'projects', columns: ['id', 'title', 'customer_id'], lines: projects },
];

const textOf = ({ lines }: Table): string => lines.map((line) => `${line}\n`).join('');

/** Rows as SQL, the manifest last: plain, as it also stands in an encrypted one. */
export async function plainArchiveOfVersion1(): Promise<Buffer> {
  const parts = [
    { path: 'sql/000001_begin.sql', content: Buffer.from('-- begin\n'), table: null as string | null, rows: 0 },
    ...tables.map((table, index) => ({
      path: `sql/00000${index + 2}_${table.name}.sql`,
      content: Buffer.from(`copy public.${table.name} (${table.columns.join(', ')}) from stdin;\n${textOf(table)}\\.\n\n`),
      table: table.name,
      rows: table.lines.length,
    })),
  ];
  const manifest = Buffer.from(`${JSON.stringify({
    format: 1,
    name: 'factory_pulse_data_backup_20250901_093043',
    kind: 'data',
    application: { version: '0.1.0', central_schema: 19, replica_schema: 9 },
    organization: null,
    instance_id: null,
    created: { at: '2025-09-01T02:30:43Z', zone: 'Asia/Ho_Chi_Minh', by: 'Lê Thị Hoa', device: 'bàn 3', source: 'owner', synced_at: null, server: '15' },
    tables: tables.map((table) => ({ name: table.name, columns: table.columns, key: ['id'], rows: table.lines.length, sha256: sha256(textOf(table)) })),
    references: [{ table: 'projects', columns: ['customer_id'], target: 'contacts', target_columns: ['id'] }],
    parts: parts.map(({ path, content, table, rows }) => ({ path, size: content.length, sha256: sha256(content), table, rows })),
    left_out: [],
  }, null, 1)}\n`);
  const tar = pack();
  const add = (name: string, content: Buffer): void => void tar.entry({ name, mode: 0o600, mtime: new Date(0) }, content);
  add('about.json', Buffer.from('{"program":"Factory Pulse","format":1}'));
  for (const { path, content } of parts) add(path, content);
  add('manifest.json', manifest);
  add('manifest.sha256', Buffer.from(`${sha256(manifest)}  manifest.json\n`));
  tar.finalize();
  const zipped = gzipSync(await buffer(tar));
  // Neither a time nor a system.
  zipped.fill(0, 4, 9);
  zipped[9] = 0xff;
  return zipped;
}

/** The same, sealed: a header of 64 bytes, then chunks, and nothing that marks the end. */
export async function lockedArchiveOfVersion1(passphrase: string): Promise<Buffer> {
  const content = await plainArchiveOfVersion1();
  const salt = Buffer.alloc(32, 5);
  const derived = scryptSync(passphrase.normalize('NFKC'), salt, 64, { N: 2 ** LOG2_N, r: 8, p: 1, maxmem: 2 ** (LOG2_N + 11) });
  const [key, checkKey] = [derived.subarray(0, 32), derived.subarray(32)];
  const facts = Buffer.concat([Buffer.from('FPBACKUP'), Buffer.from([1, 1, LOG2_N, 8, 1, 0, 0, 0]), salt]);
  const checked = Buffer.concat([facts, createHmac('sha256', checkKey).update(facts).digest().subarray(0, 8)]);
  const header = Buffer.concat([checked, createHash('sha256').update(checked).digest().subarray(0, 8)]);
  const sealed: Buffer[] = [header];
  for (let from = 0, number = 0; from < content.length; from += CHUNK_BYTES, number += 1) {
    const nonce = Buffer.alloc(12);
    nonce.writeUIntBE(number, 5, 6);
    nonce[11] = from + CHUNK_BYTES >= content.length ? 1 : 0;
    const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 });
    cipher.setAAD(header);
    sealed.push(cipher.update(content.subarray(from, from + CHUNK_BYTES)), cipher.final(), cipher.getAuthTag());
  }
  return Buffer.concat(sealed);
}
