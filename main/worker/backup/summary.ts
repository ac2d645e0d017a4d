import { LEFT_OUT_SUMMARIZED, type LeftOut } from '../../../shared/domain/backup.ts';
import en from '../../../shared/locales/backup.en.json' with { type: 'json' };
import vi from '../../../shared/locales/backup.vi.json' with { type: 'json' };
import { rowsOf, type ManifestFacts } from './manifest.ts';

/** What a person wants to know of an organization at a glance, beside the counts of its tables. */
export interface Figures {
  people: { name: string; count: number }[];
  stages: { name: string; count: number }[];
  customers: { name: string; count: number }[];
}

export const noFigures: Figures = { people: [], stages: [], customers: [] };

/** Selects that read the same in PostgreSQL and SQLite; `{where}` narrows to an organization. */
export const figureSelects: Record<keyof Figures, string> = {
  people: `select role as name, count(*) as count from users {where} group by role order by count(*) desc, role`,
  stages: `select s.name as name, count(*) as count from projects p join workflow_stages s on s.id = p.current_stage_id {where} group by s.id, s.name, s.stage_order order by s.stage_order, s.id`,
  customers: `select c.company_name as name, count(*) as count from projects p join contacts c on c.id = p.customer_id {where} group by c.id, c.company_name order by count(*) desc, c.company_name limit 5`,
};

type Words = typeof en;
const languages: readonly { tag: string; file: string; words: Words }[] = [
  { tag: 'vi-VN', file: 'summary.vi.md', words: vi },
  { tag: 'en-GB', file: 'summary.en.md', words: en },
];

const fill = (text: string, values: Record<string, string>): string => text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');

/** Text of people in a page of Markdown: nothing in it can become a heading, a link or a cell. */
const plain = (text: string): string => text.replace(/[\r\n]+/g, ' ').replace(/[\\`*_[\]<>|#]/g, '\\$&');

/** The readable page of a backup, in both languages. */
export const summaries = (facts: ManifestFacts, figures: Figures): { file: string; text: string }[] =>
  languages.map(({ tag, file, words }) => ({ file, text: page(facts, figures, tag, words) }));

function page(facts: ManifestFacts, figures: Figures, tag: string, words: Words): string {
  const { created, application, organization, tables } = facts;
  const number = new Intl.NumberFormat(tag);
  const shown = (at: string): string =>
    new Intl.DateTimeFormat(tag, { dateStyle: 'full', timeStyle: 'medium', timeZone: created.zone }).format(new Date(at));
  const syncedAt = created.synced_at === null ? words.neverSynced : shown(created.synced_at);
  const lines = [
    `# ${words.title}`,
    '',
    `\`${facts.name}\``,
    '',
    `- **${words.made}**: ${shown(created.at)} (${created.zone})`,
    `- **${words.kind}**: ${words.kinds[facts.kind]}`,
    `- **${words.organization}**: ${organization === null ? words.wholeCentre : plain(organization.name)}`,
    `- **${words.by}**: ${plain(created.by)}`,
    `- **${words.device}**: ${plain(created.device)}`,
    `- **${words.source}**: ${fill(words.sources[created.source], { time: syncedAt })}`,
    `- **${words.version}**: ${fill(words.versions, { application: application.version, central: String(application.central_schema), replica: String(application.replica_schema) })}`,
    ...(created.server === null ? [] : [`- **${words.server}**: ${plain(created.server)}`]),
    '',
  ];
  if (tables.length > 0) {
    lines.push(`## ${words.contents}`, '', fill(words.total, { rows: number.format(rowsOf(facts)), tables: number.format(tables.length) }), '');
    lines.push(`| ${words.table} | ${words.rows} |`, '|---|---:|', ...tables.map(({ name, rows }) => `| ${plain(name)} | ${number.format(rows)} |`), '');
  }
  for (const heading of ['people', 'stages', 'customers'] as const) {
    if (figures[heading].length === 0) continue;
    lines.push(`### ${words[heading]}`, '', ...figures[heading].map(({ name, count }) => `- ${plain(name)}: ${number.format(count)}`), '');
  }
  if (facts.left_out.length > 0) {
    lines.push(`## ${words.leftOut}`, '', ...facts.left_out.flatMap((one) => leftOutLines(one, words, tag)), '');
  }
  lines.push(`## ${words.restore}`, '', ...instructions(facts, words), '');
  lines.push(`## ${words.checklist}`, '', words.unchecked, '', ...Object.values(words.checks).map((check) => `- [ ] ${check}`), '');
  return lines.join('\n');
}

function leftOutLines({ what, table, rows = 0, documents = [] }: LeftOut, words: Words, tag: string): string[] {
  const number = new Intl.NumberFormat(tag);
  const size = new Intl.NumberFormat(tag, { style: 'unit', unit: 'megabyte', maximumFractionDigits: 1, minimumFractionDigits: 1 });
  const listed = documents.slice(0, LEFT_OUT_SUMMARIZED);
  const more = rows - listed.length;
  return [
    `- ${fill(words.leftOutKinds[what], { table: plain(table ?? ''), rows: number.format(rows) })}`,
    ...listed.map((one) => `  - ${[one.code, one.name, one.size === null ? null : size.format(one.size / 1_000_000)].filter((fact) => fact !== null).map(plain).join(' · ')}`),
    ...(listed.length > 0 && more > 0 ? [`  - ${fill(words.leftOutMore, { rows: number.format(more) })}`] : []),
  ];
}

function instructions({ name, kind }: ManifestFacts, words: Words): string[] {
  if (kind === 'snapshot') return [words.restoreSnapshot, '', '```bash', `npm run backup -- verify ${name}.tar.gz`, '```'];
  return [
    words.restoreByTool,
    '',
    '```bash',
    `npm run backup -- restore ${name}.tar.gz --url postgres://owner@host:5432/new_database`,
    '```',
    '',
    words.restoreByHand,
    '',
    '```bash',
    'createdb new_database',
    `tar -xzOf ${name}.tar.gz sql | psql --single-transaction -v ON_ERROR_STOP=1 -d new_database`,
    '```',
    '',
    words.circular,
  ];
}
